"""Compilers, package managers and git: builds that fail for one reason, and builds that only look bad."""

from __future__ import annotations

import fcntl
import re
import sys
from pathlib import Path

from lab.harness import Lab, scenario


def _c(lab: Lab, **files: str) -> None:
    for name, text in files.items():
        lab.write(name.replace("_", ".", 1), text)


@scenario("build-header-missing")
def header(lab: Lab) -> None:
    """A header whose package is not installed; make passes the failure on."""
    _c(lab, main_c="#include <stdio.h>\n#include <frob/frob.h>\nint main(void) { return frob(); }\n")
    lab.write("Makefile", "all: main\nmain: main.c\n\tcc -Wall -o main main.c\n")
    lab.keep("build.log", lab.run("make"))


@scenario("build-link-failed")
def link(lab: Lab) -> None:
    """A function that no object has."""
    _c(lab, main_c="int frob(int);\nint main(void) { return frob(1); }\n")
    lab.write("Makefile", "main: main.o\n\tcc -o main main.o\nmain.o: main.c\n\tcc -c main.c\n")
    lab.keep("build.log", lab.run("make"))


@scenario("build-many-warnings-one-error")
def warnings(lab: Lab) -> None:
    """Hundreds of warnings, and one missing header among them."""
    body = "\n".join(f"static int unused_{number}(void) {{ int a_{number}; return 0; }}" for number in range(60))
    for number in range(4):
        lab.write(f"part{number}.c", body + "\n")
    lab.write("main.c", '#include "settings.h"\nint main(void) { return 0; }\n')
    lab.write("Makefile", "OBJ = part0.o part1.o main.o part2.o part3.o\nall: $(OBJ)\n%.o: %.c\n\tcc -Wall -c $<\n")
    lab.keep("build.log", lab.run("make", "-k"))


@scenario("build-healthy-warnings")
def healthy(lab: Lab) -> None:
    """A build with warnings that succeeds."""
    _c(lab, main_c="int main(void) { int unused; return 0; }\n")
    lab.write("Makefile", "main: main.c\n\tcc -Wall -o main main.c\n")
    lab.keep("build.log", lab.run("make"))


@scenario("build-npm-missing-file")
def npm(lab: Lab) -> None:
    """Npm ci without a package.json."""
    said = lab.run("npm", "ci", "--offline", "--no-update-notifier", env={"HOME": str(lab.root)})
    lab.keep("npm.log", re.sub(r"\d{4}-\d\d-\d\dT\d\d_\d\d_\d\d_\d{3}Z", "2026-03-02T10_11_12_123Z", said))


@scenario("build-pip-no-version")
def pip(lab: Lab) -> None:
    """A package that no index has."""
    (lab.root / "empty").mkdir()
    command = (sys.executable, "-m", "pip", "--isolated", "install", "--disable-pip-version-check", "--no-index")
    said = lab.run(*command, "--find-links", lab.root / "empty", "frobnicate==9", env={"PIP_CONFIG_FILE": "/dev/null"})
    lab.keep("pip.log", "".join(line + "\n" for line in said.splitlines() if "Looking in" not in line))


@scenario("build-apt-lock")
def apt(lab: Lab) -> None:
    """Another process holds dpkg's lock."""
    with Path("/var/lib/dpkg/lock-frontend").open("r+") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        lab.keep("apt.log", lab.run("apt-get", "install", "-y", "hello", env={"DEBIAN_FRONTEND": "noninteractive"}))


@scenario("build-apt-no-package")
def apt_missing(lab: Lab) -> None:
    """A package that does not exist."""
    lab.keep("apt.log", lab.run("apt-get", "install", "-y", "frobnicate-server"))


@scenario("build-rust-error")
def rust(lab: Lab) -> None:
    """A name that does not exist, in a crate."""
    lab.write("Cargo.toml", '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n')
    lab.write("src/main.rs", 'use shop_core::Order;\nfn main() { println!("{:?}", Order::new(7)); }\n')
    lab.keep("cargo.log", lab.run("cargo", "build", "--offline", timeout=180))


def _repository(lab: Lab) -> None:
    git = ("git", "-c", "user.name=shop", "-c", "user.email=shop@shop.example", "-c", "init.defaultBranch=main")
    for command in (
        ("init", "-q", "--bare", "server.git"), ("clone", "-q", "server.git", "one"), ("clone", "-q", "server.git", "two"),
    ):  # fmt: skip
        lab.run(*git, *command)
    for name in ("one", "two"):
        lab.write(f"{name}/a.txt", f"{name}\n")
        lab.run(*git, "-C", name, "checkout", "-q", "-B", "main")
        lab.run(*git, "-C", name, "add", "a.txt")
        lab.run(*git, "-C", name, "commit", "-q", "-m", name)
    lab.run(*git, "-C", "one", "push", "-q", "origin", "main")


@scenario("git-push-rejected")
def push(lab: Lab) -> None:
    """Somebody else pushed first."""
    _repository(lab)
    lab.keep("git.log", lab.run("git", "-C", "two", "push", "origin", "main"))


@scenario("git-host-unknown")
def unreachable(lab: Lab) -> None:
    """The server's name does not resolve."""
    lab.keep("git.log", lab.run("git", "clone", "https://git.invalid/shop.git", env={"GIT_TERMINAL_PROMPT": "0"}))


@scenario("git-healthy-clone")
def clone(lab: Lab) -> None:
    """A clone and a push that succeed."""
    _repository(lab)
    said = lab.run("git", "clone", "server.git", "three")
    lab.write("three/b.txt", "b\n")
    lab.run("git", "-C", "three", "add", "b.txt")
    lab.run(
        "git", "-C", "three", "-c", "user.name=shop", "-c", "user.email=shop@shop.example", "commit", "-q", "-m", "b"
    )
    lab.keep("git.log", said + lab.run("git", "-C", "three", "push", "origin", "HEAD"))
