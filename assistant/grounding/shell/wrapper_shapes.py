"""Wrappers as data: which options take a value, how many words come before the command.

Sources: the manual pages of sudo, env, timeout, xargs, ssh, docker exec, kubectl exec and the others named here.
"""
# ruff: noqa: E501 - one wrapper is one row of the table

from __future__ import annotations

from dataclasses import dataclass

from assistant.grounding.shell.kinds import Judged, Kind
from assistant.i18n import Text

SHELLS = frozenset(["sh", "bash", "zsh", "dash", "ash", "ksh", "fish", "rbash"])
OPENS_SHELL: Judged = (Kind.UNKNOWN, Text("opens a shell", "打开一个 shell"))
SCRIPT: Judged = (Kind.UNKNOWN, Text("runs a script", "运行一个脚本"))
FETCHED: Judged = (Kind.CHANGES, Text("runs whatever another command prints", "会执行另一条命令输出的任何内容"))
STARTS: Judged = (Kind.CHANGES, Text("starts a container", "启动一个容器"))
SAFE: Judged = (Kind.SAFE, Text("only reads", "只读"))
EDITS: Judged = (Kind.CHANGES, Text("edits a file", "编辑文件"))


@dataclass(frozen=True, slots=True)
class Shape:
    """Options that take the next word, and how many words come before the command."""

    values: frozenset[str] = frozenset()
    before: int = 0
    own: Judged = SAFE
    empty: Judged = SAFE
    join: bool = False  # the rest is one shell text
    stop: frozenset[str] = frozenset()  # options with which it wraps nothing
    dashes: bool = False  # where there is a `--`, the command is behind it


def shape(values: str = "", before: int = 0, **more: object) -> Shape:
    """A shape with its options in one string each."""
    stop = frozenset(str(more.pop("stop", "")).split())
    return Shape(frozenset(values.split()), before, stop=stop, **more)  # type: ignore[arg-type]  # passed on by name


_DOCKER_EXEC = "-e --env -u --user -w --workdir --env-file --detach-keys --index"
_DOCKER_RUN = (
    "-e --env -u --user -w --workdir --env-file -v --volume --name -p --publish --network --net -m --memory --cpus "
    "--memory-swap --entrypoint -h --hostname --restart --mount --label -l --add-host --dns --cap-add --cap-drop --device "
    "--security-opt --ulimit --platform --pid --ipc --userns --log-driver --log-opt --pids-limit --shm-size --gpus --tmpfs"
)
_SSH = "-i -p -l -o -L -R -D -F -J -c -E -b -e -I -m -O -Q -S -W -w -B"

SHAPES: dict[str, Shape] = {
    "sudo": shape("-u -g -h -p -C -T -r -t -D -R -U --user --group --host --prompt --chdir --other-user", empty=OPENS_SHELL, stop="-l -v -k -K -V --list --validate"),
    "doas": shape("-u -C", empty=OPENS_SHELL),
    "pkexec": shape("--user", empty=OPENS_SHELL),
    "nohup": shape(), "setsid": shape(), "unbuffer": shape(), "catchsegv": shape(), "fakeroot": shape(),
    "proxychains": shape("-f"), "proxychains4": shape("-f"), "torsocks": shape(), "setarch": shape(before=1),
    "time": shape("-f -o --format --output"), "gtime": shape("-f -o"),
    "timeout": shape("-s -k --signal --kill-after", before=1), "gtimeout": shape("-s -k", before=1),
    "watch": shape("-n --interval -q --equexit", join=True),
    "nice": shape("-n --adjustment"),
    "ionice": shape("-c -n --class --classdata", stop="-p -P -u --pid", empty=SAFE),
    "chrt": shape("-T -P -D", before=1, stop="-p --pid"), "taskset": shape("", before=1, stop="-p -cp -pc --pid"),
    "choom": shape("-n --adjust", stop="-p --pid"),
    "stdbuf": shape("-i -o -e --input --output --error"),
    "xargs": shape("-I -n -P -L -d -a -s -E --max-args --max-procs --replace --delimiter --arg-file --max-lines"),
    "parallel": shape("-j --jobs -a --arg-file --colsep -n -N --timeout", join=True, empty=SCRIPT),
    "chroot": shape("--userspec --groups", before=1, empty=OPENS_SHELL),
    "nsenter": shape("-t -S -G --target --setuid --setgid -W --wdns", empty=OPENS_SHELL),
    "unshare": shape("--map-user --map-group -S -G -R -w", empty=OPENS_SHELL),
    "runuser": shape("-u -g -G -s --user --group", empty=OPENS_SHELL),
    "exec": shape("-a", empty=SAFE), "command": shape("", stop="-v -V"), "builtin": shape(), "busybox": shape(stop="--list"),
    "toybox": shape(), "sshpass": shape("-p -f -d"), "caffeinate": shape("-t -w"),
    "systemd-run": shape("-u --unit -p --property --uid --gid --slice -M -H --on-active --on-calendar -E --setenv --working-directory", own=(Kind.CHANGES, Text("starts a unit", "启动一个 unit"))),
    "systemd-inhibit": shape("--what --who --why --mode"),
    "ssh": shape(_SSH, before=1, join=True, empty=OPENS_SHELL, stop="-V -Q -G"),
    "firejail": shape(), "cgexec": shape("-g"), "prlimit": shape(stop="--pid -p"), "npx": shape("-p --package", own=SCRIPT),
    "autossh": shape(_SSH + " -M", before=1, join=True, empty=OPENS_SHELL), "mosh": shape("", before=1, empty=OPENS_SHELL),
}  # fmt: skip
# Wrappers that are so only with these first words.
SUBCOMMANDS: dict[tuple[str, ...], Shape] = {
    **{(name, "exec"): shape(_DOCKER_EXEC, before=1, empty=OPENS_SHELL) for name in ("docker", "podman", "nerdctl")},
    **{(name, "container", "exec"): shape(_DOCKER_EXEC, before=1, empty=OPENS_SHELL) for name in ("docker", "podman")},
    **{(name, "run"): shape(_DOCKER_RUN, before=1, own=STARTS, empty=STARTS) for name in ("docker", "podman", "nerdctl")},
    ("docker", "compose", "exec"): shape(_DOCKER_EXEC, before=1, empty=OPENS_SHELL),
    ("docker", "compose", "run"): shape(_DOCKER_RUN, before=1, own=STARTS, empty=STARTS),
    ("docker-compose", "exec"): shape(_DOCKER_EXEC, before=1, empty=OPENS_SHELL),
    ("docker-compose", "run"): shape(_DOCKER_RUN, before=1, own=STARTS, empty=STARTS),
    ("crictl", "exec"): shape("--timeout", before=1, empty=OPENS_SHELL),
    ("ip", "netns", "exec"): shape("", before=1, empty=OPENS_SHELL),
    ("lxc", "exec"): shape("", before=1, empty=OPENS_SHELL),
    ("bundle", "exec"): shape(), ("uv", "run"): shape("--with --python -p", own=SCRIPT), ("poetry", "run"): shape(),
    ("pipenv", "run"): shape(), ("conda", "run"): shape("-n -p --name"), ("npm", "exec"): shape(own=SCRIPT),
    ("kubectl", "exec"): shape("-c --container -n --namespace -f --filename", before=1, empty=OPENS_SHELL, dashes=True),
    ("oc", "exec"): shape("-c --container -n --namespace -f", before=1, empty=OPENS_SHELL, dashes=True),
    ("oc", "rsh"): shape("-c -n", before=1, empty=OPENS_SHELL),
}  # fmt: skip
# Options before the first word that take a value, so that `kubectl -n prod exec` is seen.
GLOBAL_VALUES = frozenset(
    ["-n", "--namespace", "--context", "--kubeconfig", "--cluster", "-H", "--host", "-f", "--file", "-p",
     "--project-name", "--profile", "--env-file", "--project-directory", "-c", "--config", "-l", "--log-level",
     "--as", "--token", "-r", "--runtime-endpoint"]
)  # fmt: skip
