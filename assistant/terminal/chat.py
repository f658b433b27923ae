"""The chat: paste, ask, read, paste the next log.

Ctrl-C stops an answer and keeps what was said, clears a line, and on an empty one says how to leave; Ctrl-D leaves.
"""

from __future__ import annotations

import os
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

from assistant.answer.phrases import verdict_in_words
from assistant.errors import AssistantError
from assistant.i18n import Text
from assistant.incident import Incident
from assistant.intake import looks_like_head, separate
from assistant.plain import safe
from assistant.terminal import commands
from assistant.terminal.complete import Words
from assistant.terminal.history import Remembered
from assistant.terminal.output import dim, open_stream
from assistant.terminal.paste import PasteInput, Stash, paste_bindings

_WELCOME = Text(
    "Paste a log and press Enter; add a question if you have one. Then ask on, or paste the next log.\n"
    "/load FILE reads a file, /help lists the rest, Ctrl-D leaves.",
    "把日志粘贴进来按回车，有问题可以一起写上；之后继续提问，或再粘贴下一段日志。\n"
    "/load 文件 读取文件，/帮助 列出其余命令，Ctrl-D 离开。",
)
_OFFLINE = Text(
    "No key and no server are configured: the rules answer, nothing is sent.",
    "没有配置密钥或服务器：由规则回答，不发送任何内容。",
)
_LEAVE = Text("Ctrl-D or /quit leaves", "按 Ctrl-D 或 /退出 离开")
_STOPPED = Text("stopped; what was said is kept", "已停止，已说的内容会保留")
_READING = Text("reading {size:.0f} MB …", "正在读取 {size:.0f} MB …")
_PASTE_UNTIL = Text("a line with just . ends", "单独一行 . 结束")
_KEPT = Text("session {name} is kept; assistant --continue goes on", "会话 {name} 已保存，assistant --continue 可继续")
_RESUMED = Text("session {name}, sources: {sources}, questions: {turns}", "会话 {name}，来源：{sources}，提问：{turns}")
_SOURCES = Text("sources: {count}", "来源：{count}")
_OFFLINE = Text("offline", "离线")
_UNSAVED = Text("not saved", "未保存")
_TOKENS = Text("{count:,} tokens", "{count:,} 个 token")
_BIG = 2_000_000  # characters; reading less takes no time that anybody would notice
_STYLE = Style.from_dict({"bottom-toolbar": "noreverse fg:ansibrightblack", "prompt": "bold"})


class Chat:
    """One chat on one terminal. `terminal` and `screen` are given by tests; `stdin` is the terminal when piped to."""

    def __init__(
        self, incident: Incident, stdin: TextIO, *, terminal: Input | None = None, screen: Output | None = None
    ) -> None:
        self.incident = incident
        incident.tell = self.remark
        self._stdin = stdin
        self._stash = Stash()
        self._taking_lines = False
        self._tokens = 0  # of the model, in this chat
        self._session = self._prompt(terminal or PasteInput(stdin), screen)
        # A slow terminal answers the cursor query late. The warning about it would take the prompt away for a moment,
        # in which a paste comes in line by line.
        self._session.app.renderer.cpr_not_supported_callback = None

    def run(self, *, explain: bool = False) -> int:
        """Talk until the user leaves; returns the exit code. `explain` answers for the sources that are there first."""
        with quiet_keyboard(self._stdin):
            return self._talk(explain=explain)

    def _talk(self, *, explain: bool) -> int:
        self._greet()
        self._load_early()
        if explain:
            self._guarded(self.answer)
        while True:
            try:
                line = self._session.prompt("> ")
            except KeyboardInterrupt:
                continue
            except EOFError:
                break
            if line.strip() and not self._take(line):
                break
        if self.incident.saved and self.incident.name:
            self.remark(_KEPT.get(self.incident.language()).format(name=self.incident.name))
        return 0

    def remark(self, line: str) -> None:
        """Print one line beside the answers."""
        print(dim(line, self.incident.settings), flush=True)

    def show(self, markdown: str) -> None:
        """Print Markdown."""
        stream = open_stream(self.incident.settings)
        stream.feed(markdown)
        stream.close()

    def open(self, incident: Incident) -> None:
        """Go on with another session: what it holds is shown, as after a resume."""
        self.incident = incident
        incident.tell = self.remark
        self._recall()

    def answer(self, question: str = "") -> None:
        """Answer a question, or explain all, and print the answer as it comes."""
        incident = self.incident
        reply = incident.ask(question) if question else incident.explain()
        stream = open_stream(incident.settings)
        print()
        try:
            with reply:
                for piece in reply:
                    stream.feed(piece)
        except KeyboardInterrupt:
            stream.close()
            self.remark(_STOPPED.get(reply.language))
            return
        finally:
            stream.close()
        print()
        if reply.cost:
            self.remark(reply.cost)
        if reply.usage is not None:
            self._tokens += reply.usage.input_tokens + reply.usage.output_tokens

    def paste(self) -> None:
        """Take lines until one holds a dot only, for a terminal that cannot paste otherwise."""
        self.remark(_PASTE_UNTIL.get(self.incident.language()))
        taken: list[str] = []
        self._taking_lines = True
        try:
            while "." not in taken:
                taken += map(str.rstrip, self._stash.expand(self._session.prompt("… ")).split("\n"))
        finally:
            self._taking_lines = False
        text = "\n".join(taken[: taken.index(".")])
        if text.strip():
            self._read([text], "")

    def _take(self, line: str) -> bool:
        """Carry out what was entered; False when the chat is to end."""
        pastes, typed = self._stash.take(line)
        typed = typed.strip()
        if not pastes and typed.startswith("/") and not _is_file(typed):
            done: list[bool] = []
            self._guarded(lambda: done.append(commands.run(typed, self)))
            return not done or done[0]
        self._guarded(lambda: self._read(pastes, typed))
        return True

    def _read(self, pastes: list[str], typed: str) -> None:
        """Tell logs from questions, keep the logs, answer."""
        if size := sum(map(len, pastes)) // _BIG:
            self.remark(_READING.get(self.incident.language()).format(size=size * _BIG / 1e6))
        questions: list[str] = []
        if not pastes and _is_file(typed):
            path = Path(typed).expanduser()
            self.incident.attach(path, path.name)
            typed = ""
        for text in filter(str.strip, (*pastes, typed)):
            parts = separate(text)
            if text is typed and not _holds_log(parts.log):
                questions.append(text)
                continue
            if parts.log.strip():
                self.incident.attach(parts.log, is_paste=True)
            if parts.question.strip():
                questions.append(parts.question.strip())
        self.answer("\n".join(questions))

    def _guarded(self, action: Callable[[], object]) -> None:
        """Do something; what goes wrong is one line, never the end of the chat."""
        try:
            action()
        except KeyboardInterrupt:
            self.remark(_STOPPED.get(self.incident.language()))
        except EOFError:
            pass
        except AssistantError as problem:
            self.remark(self.incident.clean(str(problem)))
        except Exception as problem:
            if os.environ.get("ASSISTANT_DEBUG"):
                raise
            self.remark(self.incident.clean(f"a bug: {type(problem).__name__}: {problem}"))

    def _greet(self) -> None:
        settings = self.incident.settings
        language = settings.language
        for line in _WELCOME.get(language).split("\n"):
            self.remark(line)
        if settings.offline and not settings.asked_offline:
            self.remark(_OFFLINE.get(language))
        self._recall()

    def _recall(self) -> None:
        """The last question and answer of a session that goes on."""
        incident = self.incident
        if incident.history:
            last = incident.history[-1]
            counts = {"name": incident.name, "sources": len(incident.sources), "turns": len(incident.history)}
            self.remark(_RESUMED.get(incident.settings.language).format(**counts))
            if last.question:
                print(safe(f"> {last.question}"))
            self.show(last.answer)

    def _load_early(self) -> None:
        """Import what the first answer needs while the user is still typing."""
        if not self.incident.settings.offline:
            from assistant.llm import warm_up  # noqa: PLC0415 - only where a model is used

            warm_up()
        threading.Thread(target=open_stream, args=(self.incident.settings,), name="load", daemon=True).start()

    def _clean(self, line: str) -> str:
        return self.incident.clean(line)  # of the session that is open now

    def _toolbar(self) -> StyleAndTextTuples:
        incident = self.incident
        language = incident.settings.language
        model = _OFFLINE.get(language) if incident.settings.offline else incident.settings.model.model
        parts = [
            incident.name or (_UNSAVED.get(language) if not incident.saved else ""),
            _SOURCES.get(language).format(count=len(incident.sources)),
            verdict_in_words(incident.verdict, language),
            model,
            _TOKENS.get(language).format(count=self._tokens) if self._tokens else "",
        ]
        return [("class:bottom-toolbar", safe(" · ".join(filter(None, parts))))]

    def _prompt(self, terminal: Input, screen: Output | None) -> PromptSession[str]:
        bindings = KeyBindings()

        @bindings.add("enter")
        def _send(event: KeyPressEvent) -> None:
            event.current_buffer.validate_and_handle()

        @bindings.add("escape", "enter")
        @bindings.add("c-j")
        def _new_line(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text("\n")

        @bindings.add("c-c")
        def _clear(event: KeyPressEvent) -> None:
            if event.current_buffer.text:
                event.current_buffer.reset()
            else:
                from prompt_toolkit.application import run_in_terminal  # noqa: PLC0415 - rarely needed

                run_in_terminal(lambda: self.remark(_LEAVE.get(self.incident.language())))

        history = Remembered(self._clean)
        for turn in self.incident.history:
            history.append_string(turn.question)
        return PromptSession(
            multiline=True,
            key_bindings=merge_key_bindings(
                [paste_bindings(self._stash, _is_log, lambda: self._taking_lines), bindings]
            ),
            completer=Words(
                commands.names(self.incident.settings.language),
                commands.TAKES_FILE,
                dict.fromkeys(commands.TAKES_ENTRY, lambda: sorted(self.incident.knowledge.entries))
                | dict.fromkeys(commands.TAKES_SESSION, lambda: [item.name for item in self.incident.sessions()]),
            ),
            complete_while_typing=True,
            enable_open_in_editor=True,
            history=history,
            bottom_toolbar=self._toolbar,
            style=_STYLE,
            input=terminal,
            output=screen,
        )


@contextmanager
def quiet_keyboard(stdin: TextIO) -> Iterator[None]:
    """No echo between two prompts; Ctrl-C works, and what is typed, Enter and Ctrl-D too, waits for the next prompt."""
    try:
        before = termios.tcgetattr(stdin.fileno())
    except (OSError, ValueError, termios.error):  # no terminal
        yield
        return
    quiet = termios.tcgetattr(stdin.fileno())
    quiet[0] &= ~termios.ICRNL
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(stdin.fileno(), termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(stdin.fileno(), termios.TCSADRAIN, before)


def _is_log(line: str) -> bool:
    return bool(separate(line).log.strip())


def _holds_log(text: str) -> bool:
    """Whether typed words are log: `oom killer` may be printed by a program, but somebody typed it, to ask."""
    return any(looks_like_head(line) for line in text.split("\n"))


def _is_file(typed: str) -> bool:
    with suppress(OSError, ValueError, RuntimeError):  # too long, a NUL, no such home
        return "\n" not in typed and typed.startswith(("/", "./", "~/")) and Path(typed).expanduser().is_file()
    return False


def open_terminal() -> TextIO | None:
    """The terminal that a person sits at: standard input, or /dev/tty when something is piped in."""
    if not (sys.stdout.isatty()):
        return None
    if sys.stdin is not None and sys.stdin.isatty():
        return sys.stdin
    try:
        return Path("/dev/tty").open(encoding="utf-8", errors="surrogateescape")  # open as long as the chat is
    except OSError:
        return None
