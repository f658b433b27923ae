"""What command-line tools print when they fail: the docker client, git, package managers, compilers, CI runners.

`docker: Error response from daemon: Ports are not available: …` (docker/cli, cmd/docker/docker.go)
`E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4242 (apt-get)` (apt, apt-pkg/aptconfiguration, dpkg)
`npm error code ERESOLVE`, `npm ERR! code ENOENT` (npm, lib/cli/exit-handler) · `ERROR: No matching distribution found for a` (pip)
`error[E0433]: failed to resolve` (rustc) · `main.c:3:10: fatal error: a.h: No such file or directory` (gcc, clang)
`make: *** [Makefile:3: all] Error 2` · `fatal: Authentication failed for 'https://…'` (git) · `##[error]Process completed with exit code 1.`

Kinds: `docker.error`, `git`, `build` (attribute `build.tool`), `ci`. A line is claimed only in a form that the tool alone writes.
"""

from __future__ import annotations

from assistant.events.open_record import OpenRecord
from assistant.events.record import Emit, Format, Record
from assistant.intake.lazily import lazily
from assistant.model import Event, Severity, Value

_STAMP = lazily(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z (?=##\[|E: |npm |error|ERROR|fatal|make|Error)")
_DOCKER = lazily(
    r"(?:docker: )?(?:Error response from daemon: |error during connect: |Cannot connect to the Docker daemon at |"
    r"permission denied while trying to connect to the Docker (?:daemon socket|API) |failed to solve: |"
    r"(?:standard_init_linux\.go:\d{1,5}: )?exec (?:user process caused: |/\S{1,300}: )exec format error|"
    r"Error: No such (?:container|object|image): |OCI runtime (?:create|exec) failed: |no matching manifest for |"
    r"WARNING: The requested image's platform )"
)
_GIT = lazily(
    r"fatal: (?:Authentication failed for|unable to access|repository '|not a git repository|Could not read from remote|"
    r"could not read (?:Username|Password)|Unable to create '\S{1,400}\.lock'|refusing to merge|Need to specify how to reconcile|"
    r"the remote end hung up|early EOF|index-pack failed|protocol error|remote error|bad object|loose object|"
    r"ambiguous argument|couldn't find remote ref|unsafe repository|detected dubious ownership|pathspec|"
    r"Not possible to fast-forward|'\S{1,300}' does not appear to be a git repository|fetch-pack|write error)|"
    r"error: (?:failed to push some refs|RPC failed|src refspec|pathspec '|Your local changes|The following untracked|"
    r"cannot lock ref|inflate|object file|unable to (?:create|write|resolve)|Merging is not possible|could not apply)|"
    r" {0,2}! \[(?:remote )?rejected\]|CONFLICT \(|Automatic merge failed|\S{1,80}@\S{1,200}: Permission denied \(|"
    r"remote: (?:error|fatal|Permission|Repository not found|HTTP Basic|Support for password|Invalid username)|hint: (?:Updates were rejected|You have divergent)|"
    r"ssh: (?:Could not resolve hostname \S{1,300}: |connect to host \S{1,300} port \d{1,5}: )|Host key verification failed\.$"
)
_APT = lazily(r"(?P<level>[EW]): (?P<message>(?:\S).{3,2000})$")
_DPKG = lazily(
    r"(?:dpkg: error(?: processing| :|: )|dpkg-deb: error|Errors were encountered while processing|N: See apt-secure)"
)
_APT_WORDS = lazily(
    r"(?i)\b(?:lock|dpkg|package|repository|release file|hash sum|fetch|install|sources? list|GPG|NO_PUBKEY|unmet|sub-process|broken|archives|download|held|index files|signed|cache)\b"
)
_PIP = lazily(
    r"(?:  )?(?:ERROR|error): (?P<message>(?:No matching distribution|Could not find a version|Cannot install|ResolutionImpossible|Could not install packages|Could not open requirements|Failed building wheel|Failed to build|subprocess-exited-with-error|metadata-generation-failed|externally-managed-environment|Package '\S{1,200}' requires a different Python|pip's dependency resolver|THESE PACKAGES DO NOT MATCH|Invalid requirement|Command errored|Could not build wheels|HTTP error|Cannot uninstall).{0,1500})$"
)
_NPM = lazily(r"npm (?P<level>ERR!|error|WARN|warn|notice) ?(?P<message>.*)$")
_RUSTC = lazily(
    r"error(?:\[(?P<code>E\d{4})\])?: (?P<message>(?:could not compile|linking with|failed to|linker|cannot find|unresolved|mismatched|no matching package|aborting due to|could not find|unexpected|expected|use of|borrow|the trait|failed to run custom build).{0,600})$"
)
_CC = lazily(
    r"(?P<file>[\w./+@-]{1,300}\.(?:c|cc|cpp|cxx|h|hpp|m|mm|S|s|f90|cu|rs|go|java|kt|ts|tsx|swift)):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?: (?P<level>fatal error|error|warning|note|undefined reference)(?::| to) ?(?P<message>.*)$"
)
_LD = lazily(
    r"(?:/\S{1,200}/)?(?:ld|collect2|lld|clang|gcc|cc1(?:plus)?|g\+\+|c\+\+|clang\+\+|x86_64-linux-gnu-[\w+]{1,10})(?:\.\w{1,8})?: (?:(?:fatal )?error: |cannot find |\S{1,300}: undefined reference to |internal compiler error|symbol\(s\) not found)(?P<message>.*)|.{0,300}: undefined reference to `.{1,300}'$"
)
_MAKE = lazily(r"(?:g?make|ninja)(?:\[\d{1,3}\])?: (?:\*\*\* (?P<message>.+)|build stopped: .+)$")
_CMAKE = lazily(r"CMake (?P<level>Error|Warning)(?: at (?P<where>\S{1,300}))?.*$")
_MAVEN = lazily(
    r"\[(?P<level>ERROR|WARNING)\] (?P<message>(?:Failed to execute goal|COMPILATION ERROR|/\S{1,300}\.(?:java|kt):\[\d|Could not resolve dependencies|Non-resolvable|Tests run: \d|There are test failures|BUILD FAILURE|Failures: |The build could not read|Unknown lifecycle|Plugin \S{1,200} or one of its).{0,1500})$"
)
_GRADLE = lazily(
    r"(?:FAILURE: Build failed with an exception\.|> Task \S{1,200} FAILED|Execution failed for task '|> Could not resolve |> Compilation failed; see|Gradle build daemon disappeared|The Daemon will expire)"
)
_GO = lazily(
    r"(?:go: (?P<message>.{4,600}(?:not found|no required module|unknown revision|does not contain|checksum mismatch|missing go\.sum|i/o timeout|cannot find).{0,600})|\S{1,300}\.go:\d{1,6}:\d{1,4}: (?:undefined|cannot|missing|no required).{0,400})$"
)
_PYTEST = lazily(
    r"(?:FAILED|ERROR) \S{1,300}::\S{1,300}(?: - .{0,600})?$|=+ .{0,80}\d{1,6} (?:failed|error).{0,120} =+$"
)
_CI = lazily(
    r"##\[error\](?P<a>.*)$|ERROR: Job failed(?: \(system failure\))?: (?P<b>.*)$|Error: Process completed with exit code (?P<c>\d{1,3})\.?$|The runner has received a shutdown signal|The job running on runner .{1,200} has exceeded the maximum execution time|WARNING: Failed to pull image"
)
_NPM_LEVELS = {
    "ERR!": Severity.ERROR,
    "error": Severity.ERROR,
    "WARN": Severity.WARN,
    "warn": Severity.WARN,
    "notice": Severity.INFO,
}


def parse(record: Record) -> Event | None:
    """One line of a tool that failed, or None."""
    text = record.text
    if text[:1].isdigit() and (stamp := _STAMP().match(text)):
        text = text[stamp.end() :]
    for find in (_docker, _git, _ci, _packages, _compilers):
        event = find(record, text)
        if event is not None:
            return event
    return None


def _event(record: Record, kind: str, message: str, severity: Severity, tool: str, **more: Value) -> Event:
    attributes: dict[str, Value] = {"build.tool": tool, **more}
    envelope = record.envelope
    return Event(
        kind, record.evidence(), message, envelope.time, severity, tool, envelope.host, envelope.pid, attributes
    )


def _docker(record: Record, text: str) -> Event | None:
    if not _DOCKER().match(text):
        return None
    return _event(record, "docker.error", text.removeprefix("docker: "), Severity.ERROR, "docker")


def _git(record: Record, text: str) -> Event | None:
    return _event(record, "git", text.strip(), Severity.ERROR, "git") if _GIT().match(text) else None


def _ci(record: Record, text: str) -> Event | None:
    match = _CI().match(text)
    if match is None:
        return None
    return _event(record, "ci", text.removeprefix("##[error]"), Severity.ERROR, "ci")


def _packages(record: Record, text: str) -> Event | None:
    if (match := _APT().match(text)) and _APT_WORDS().search(match["message"]):
        severity = Severity.ERROR if match["level"] == "E" else Severity.WARN
        return _event(record, "build", match["message"], severity, "apt")
    if _DPKG().match(text):
        return _event(record, "build", text, Severity.ERROR, "dpkg")
    if match := _PIP().match(text):
        return _event(record, "build", match["message"], Severity.ERROR, "pip")
    if text.startswith("npm ") and (match := _NPM().match(text)):
        return _event(record, "build", match["message"], _NPM_LEVELS[match["level"]], "npm")
    return None


def _compilers(record: Record, text: str) -> Event | None:
    if match := _CC().match(text):
        levels = {"warning": Severity.WARN, "note": Severity.INFO}
        message = (
            match["message"]
            if match["level"] != "undefined reference"
            else f"undefined reference to {match['message']}"
        )
        if match["level"] == "fatal error":
            message = f"fatal error: {message}"
        severity = levels.get(match["level"], Severity.ERROR)
        return _event(
            record,
            "build",
            message,
            severity,
            "compiler",
            **{"code.file.path": match["file"], "code.line.number": int(match["line"])},
        )
    if match := _RUSTC().match(text):
        return _event(record, "build", match["message"], Severity.ERROR, "cargo", **{"error.code": match["code"]})
    if _LD().match(text):
        return _event(record, "build", text.strip(), Severity.ERROR, "linker")
    if _MAKE().match(text):
        return _event(record, "build", text, Severity.ERROR, "make")
    if match := _CMAKE().match(text):
        return _event(record, "build", text, Severity.ERROR if match["level"] == "Error" else Severity.WARN, "cmake")
    if match := _MAVEN().match(text):
        return _event(
            record, "build", match["message"], Severity.ERROR if match["level"] == "ERROR" else Severity.WARN, "maven"
        )
    if _GRADLE().match(text):
        return _event(record, "build", text, Severity.ERROR, "gradle")
    if _GO().match(text):
        return _event(record, "build", text, Severity.ERROR, "go")
    return _event(record, "build", text, Severity.ERROR, "pytest") if _PYTEST().match(text) else None


# what stands around a message: the source line, the caret, the help; it says nothing on its own
_AROUND = lazily(
    r"\s{0,8}\d{0,7} {0,3}\|(?: |$)|\s{1,8}-->|\s{1,8}= (?:help|note)|\S{1,300}: (?:In|At) (?:\w{1,20} ){0,3}(?:function|constructor|top level)|"
    r"\S{1,300}: in function `|In file included from |\s{1,30}from \S{1,300}:\d{1,7}[,:]|compilation terminated|collect2: error: ld returned|"
    r"\d{1,6} (?:warnings?|errors?)(?: and \d{1,6} errors?)? generated|For more information about this error|hint: |Looking in (?:links|indexes)|"
    r"\[(?:ERROR|WARNING|INFO)\]\s{0,3}(?:-> |To see the full|Re-run Maven|For more information|\[Help|After correcting|$)|make(?:\[\d{1,3}\])?: Target "
)
# what tools print when all goes well
_PROGRESS = lazily(
    r"(?:cc|gcc|g\+\+|c\+\+|clang|clang\+\+|ld|ar|ranlib|install|rustc|javac|go) (?:-{1,2}\w|build |test |install )|make(?:\[\d{1,3}\])?: (?:Nothing to be done|'\S{1,200}' is up to date|Entering|Leaving)|"
    r"(?:Reading (?:package lists|state information)|Building dependency tree)\.\.\.|(?:Get|Hit|Ign):\d{1,6} |(?:Selecting previously|Preparing to unpack|Unpacking|Setting up|Processing triggers for) |"
    r"Cloning into '|done\.$|To (?:\S{1,20}[:/]|/)\S{1,300}$| {1,4}(?:\* \[new |[0-9a-f]{7,40}\.\.[0-9a-f]{7,40} )|From (?:https?|ssh|git)\S{0,300}|remote: (?:Enumerating|Counting|Compressing|Total)|"
    r"(?:Receiving|Resolving|Unpacking) (?:objects|deltas): |Already up to date|Everything up-to-date|\s{3}(?:Compiling|Finished|Downloaded|Downloading|Updating|Checking|Running|Locking|Adding) |"
    r"(?:Collecting|Downloading|Installing collected|Successfully installed|Requirement already satisfied|Using cached|Building wheels?) |\[INFO\] |BUILD SUCCESSFUL|added \d{1,6} packages|"
    r"up to date, audited|found 0 vulnerabilities|ok  \t|PASS$"
)
_BLOCK = ("npm error", "npm ERR!")


class ToolsReader:
    """One line is one event, but for npm, whose error is a block of lines; what stands around a message belongs to it."""

    def __init__(self) -> None:
        self._open: OpenRecord | None = None
        self._running = False

    def read(self, record: Record, emit: Emit) -> bool:
        """Claim a line of a tool."""
        text = record.text
        if text.startswith(_BLOCK):
            self._running = True
            if self._open is not None and self._open.is_from(record):
                self._open.add(record, text[9:].strip())
                return True
            event = parse(record)
            self._open = OpenRecord(event, record) if event else None
            return event is not None
        self.close(emit)
        event = parse(record)
        if event is None and self._running and _AROUND().match(text):
            return True
        if event is None and _PROGRESS().match(text):
            envelope = record.envelope
            event = Event(
                "build.progress", record.evidence(), text.strip(), envelope.time, Severity.INFO, "build", envelope.host
            )
        if event is None:
            return False
        self._running = True
        emit(event)
        return True

    def close(self, emit: Emit) -> None:
        """The block that is open."""
        if self._open is not None:
            emit(self._open.finished())
        self._open = None


FORMAT = Format("tools", 60, ToolsReader)
