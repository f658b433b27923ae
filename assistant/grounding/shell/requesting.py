"""Programs that ask another machine for something: curl, wget, HTTPie, and the clients of clouds.

A request that only asks is harmless here, and its reason says that it is sent. Sources: curl(1), wget(1), http(1).
"""
# ruff: noqa: E501 - patterns stay whole

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.grounding.shell.kinds import Judged, Kind, worst
from assistant.i18n import Text
from assistant.intake.lazily import lazily

_ASKS: Judged = (Kind.SAFE, Text("sends a request", "会发送一个请求"))
_CHANGES_THERE: Judged = (
    Kind.CHANGES,
    Text("sends data to the server, which may change something there", "向服务器提交数据，可能改变对方的状态"),
)
_DELETES_THERE: Judged = (Kind.CHANGES, Text("asks the server to delete something", "请求服务器删除内容"))
_WRITES: Judged = (Kind.CHANGES, Text("writes a file", "写文件"))
_CODE: Judged = (Kind.UNKNOWN, Text("takes its options from a file", "从文件读取选项"))
_DELETES_CLOUD: Judged = (Kind.DESTROYS, Text("deletes things in the cloud", "删除云上的资源"))

_CLUSTER = lazily(r"-([A-Za-z0-9#]+)")
_TAKES_VALUE = lazily(r"[AbcCdDeEFhHKmoPQrtTuUwxXyYz]")  # of curl's letters: the rest of the word is the value
_NOWHERE = frozenset(["/dev/null", "-", "NUL", "/dev/stderr", "/dev/stdout"])
_READING_METHODS = frozenset(["", "GET", "HEAD", "OPTIONS"])
# Long options, letters, and what they do. A file that is nowhere is none.
_CURL: tuple[tuple[frozenset[str], str, Judged], ...] = (
    (
        frozenset(["--data", "--data-ascii", "--data-binary", "--data-raw", "--data-urlencode", "--json"]),
        "d",
        _CHANGES_THERE,
    ),
    (
        frozenset(["--form", "--form-string", "--upload-file", "--mail-from", "--mail-rcpt", "--quote"]),
        "FTQ",
        _CHANGES_THERE,
    ),
    (frozenset(["--remote-name", "--remote-name-all", "--output-dir"]), "O", _WRITES),
    (frozenset(["--config"]), "K", _CODE),
)
_CURL_FILES = (
    frozenset(
        [
            "--output",
            "--cookie-jar",
            "--dump-header",
            "--trace",
            "--trace-ascii",
            "--etag-save",
            "--hsts",
            "--libcurl",
            "--stderr",
        ]
    ),
    "ocD",
)
_VERBS_DELETE = lazily(r"(?:delete|terminate|destroy|purge|remove|rm|rb|drop|wipe|deregister|empty)(?:$|-)")
_VERBS_READ = lazily(
    r"(?:describe|list|get|show|ls|head|lookup|search|filter|scan|query|view|wait|help|version|account-info|tail|read|status|detail|stat|df|health|du)(?:$|-)"
)
_VERBS_CHANGE = lazily(
    r"(?:create|update|put|set|start|stop|reboot|restart|run|modify|attach|detach|add|deploy|apply|invoke|send|enable|disable|cp|mv|mb|sync|resize|scale|patch|reset|ssh|exec|login|upload|import|export|restore"
    r"|associate|disassociate|authorize|revoke|publish|tag|untag|assume|cancel|submit|execute)(?:$|-)"
)


def curl(arguments: Sequence[str]) -> Judged:
    """A GET only asks; other methods and data change something; -o writes a file."""
    found = _ASKS
    as_get = any(argument == "--get" or "G" in _letters(argument) for argument in arguments)
    for position, argument in enumerate(arguments):
        following = arguments[position + 1] if position + 1 < len(arguments) else ""
        found = worst(found, _method(argument, following), _file(argument, following))
        for names, letters, judged in _CURL:
            is_data = letters == "d"
            if _is_option(argument, names, letters) and not (is_data and as_get):
                found = worst(found, judged)
    return found


def _method(argument: str, following: str) -> Judged:
    match = re.fullmatch(r"(?:-[a-zA-Z]*?X|--request=?)([A-Za-z]*)", argument)
    method = (match[1] or following).upper() if match else ""
    if method in _READING_METHODS:
        return _ASKS
    return _DELETES_THERE if method == "DELETE" else _CHANGES_THERE


def _file(argument: str, following: str) -> Judged:
    names, letters = _CURL_FILES
    if not _is_option(argument, names, letters):
        return _ASKS
    match = None if argument.startswith("--") else re.fullmatch(r"-[a-zA-Z#]*?[ocD](.*)", argument)
    target = argument.partition("=")[2] if argument.startswith("--") else match[1] if match else ""
    return _ASKS if (target or following) in _NOWHERE else _WRITES


def _is_option(argument: str, names: frozenset[str], letters: str) -> bool:
    return argument.partition("=")[0] in names or any(letter in _letters(argument) for letter in letters)


def _letters(argument: str) -> str:
    """The short options of a cluster, up to the first that takes the rest of the word as its value."""
    match = _CLUSTER().match(argument)
    if match is None:
        return ""
    taking = _TAKES_VALUE().search(match[1])
    return match[1][: taking.end()] if taking else match[1]


def http(arguments: Sequence[str]) -> Judged:
    """HTTPie: a method or a field changes something."""
    words = [argument for argument in arguments if not argument.startswith("-")]
    method = words[0] if words and words[0].isupper() else ""
    if method not in {"", "GET", "HEAD", "OPTIONS"} or any(re.search(r"^[\w-]+:?=(?!=)", word) for word in words):
        return _CHANGES_THERE
    return _ASKS


def wget(arguments: Sequence[str]) -> Judged:
    """Writes a file, unless it goes to the standard output or is only asked for."""
    joined = " ".join(arguments)
    if re.search(r"--(?:post-|body-|method(?!=(?:GET|HEAD)\b))", joined):
        return _CHANGES_THERE
    if "--spider" in arguments or re.search(
        r"(?:^| )(?:-[a-zA-Z]*O ?-|--output-document[= ]-|-[a-zA-Z]*O ?/dev/null)(?: |$)", joined
    ):
        return _ASKS
    return Kind.CHANGES, Text("fetches a file and writes it here", "下载文件并写到本地")


def cloud(arguments: Sequence[str]) -> Judged | None:
    """aws, gcloud, az and the like: the verb tells, wherever it stands among the words."""
    words = [argument.lower() for argument in arguments if not argument.startswith("-")][:6]
    if any(_VERBS_DELETE().match(word) for word in words) or ("sync" in words and "--delete" in arguments):
        return _DELETES_CLOUD
    if any(_VERBS_READ().match(word) for word in words) and not any(_VERBS_CHANGE().match(word) for word in words):
        return Kind.SAFE, Text("reads from the cloud", "读取云上的资源")
    return None


CLOUDS = (
    "aws", "aliyun", "tccli", "gcloud", "az", "doctl", "hcloud", "linode-cli", "oci", "ibmcloud", "gh", "glab", "openstack", "nova", "heroku",
    "flyctl", "fly", "vercel", "s3cmd", "gsutil", "mc", "ossutil", "coscmd", "rados", "ceph",
)  # fmt: skip
REQUESTS: dict[str, Callable[[Sequence[str]], Judged | None]] = {
    "curl": curl,
    **dict.fromkeys(("http", "https", "xh"), http),
    "wget": wget,
    **dict.fromkeys(CLOUDS, cloud),
}
