"""The values that flow from text to words. All are frozen; nothing here computes.

`Line` and `Source` come from intake, `Event` from events, `Fact` from facts, `Finding`, `Link`, `Probe` and `Report`
from diagnosis, `Answer` from answer. Attribute names follow the OpenTelemetry semantic conventions where one exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path

from assistant.clock import Time
from assistant.i18n import Language, Text

Value = str | int | float | bool | Time | tuple["Value", ...] | None
Attributes = Mapping[str, Value]


class Severity(IntEnum):
    """Severity numbers of the OpenTelemetry log data model (the first of each range)."""

    UNSET = 0
    TRACE = 1
    DEBUG = 5
    INFO = 9
    NOTICE = 10
    WARN = 13
    ERROR = 17
    CRIT = 18
    ALERT = 19
    FATAL = 21


class Status(StrEnum):
    """How sure a finding or a link is."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    POSSIBLE = "possible"
    RULED_OUT = "ruled out"


class Grade(StrEnum):
    """How a fact is known: the log says it, a rule deduces it, or it is a guess worded as one."""

    STATED = "stated"
    DEDUCED = "deduced"
    HYPOTHESIS = "hypothesis"


class Risk(StrEnum):
    """What running a command does."""

    READ_ONLY = "read-only"
    CHANGES_STATE = "changes state"
    DESTROYS_DATA = "destroys data"


@dataclass(frozen=True, slots=True)
class Line:
    """One logical line: `number` is its first physical line (from 1), `last` differs when a wrap was joined."""

    number: int
    text: str
    last: int


@dataclass(frozen=True, slots=True)
class Source:
    """A paste, a file or a stream. `index` (from 1) is what citations name; `body` is bytes, or a path read lazily."""

    index: int
    name: str
    body: bytes | Path
    sha256: str = ""
    is_paste: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """Lines of one source that prove something; cited as `[source:line]`."""

    source: int
    line: int
    last: int
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Event:
    """One log record."""

    kind: str
    evidence: Evidence
    message: str
    time: Time | None = None
    severity: Severity = Severity.UNSET
    service: str = ""
    host: str = ""
    pid: int | None = None
    attributes: Attributes = field(default_factory=dict)
    detail: object | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A typed statement derived from events. `subject` tells several facts of one kind apart."""

    kind: str
    grade: Grade
    attributes: Attributes
    evidence: tuple[Evidence, ...] = ()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A fix or a remedy as it applies here: words with the values filled in."""

    id: str
    text: Text
    run: str = ""
    config: str = ""
    risk: Risk = Risk.READ_ONLY
    when: str = "now"  # "now" or "lasting"
    check: str = ""
    save_first: Text | None = None


@dataclass(frozen=True, slots=True)
class Ineffective:
    """A remedy that does not help here, and why. `match` holds the words people ask about it with."""

    id: str
    name: Text
    because: Text
    match: tuple[str, ...] = ()
    harmful: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one outcome of a probe would mean."""

    see: Text
    means: Text


@dataclass(frozen=True, slots=True)
class Probe:
    """A command that would fetch missing evidence. `value` ranks probes: how much of the open question it decides."""

    run: str
    decides: tuple[str, ...]
    risk: Risk = Risk.READ_ONLY
    purpose: Text | None = None
    outcomes: tuple[Outcome, ...] = ()
    value: float = 0.0
    entry: str = ""
    missing: tuple[str, ...] = ()  # placeholders that no fact fills


@dataclass(frozen=True, slots=True)
class Finding:
    """An entry that fired, or that could explain one that did.

    `facts` are the values its texts are filled with. For a ruled-out finding, `because` says what refutes it and
    `evidence` holds the refuting lines.
    """

    entry: str
    status: Status
    severity: Severity
    title: Text
    count: int = 0
    first_seen: Time | None = None
    last_seen: Time | None = None
    facts: Attributes = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    weight: float = 0.0  # probability mass among the open causes, 0..1
    because: tuple[Text, ...] = ()
    observed: bool = True  # its own signal fired; false for a cause that is only conceivable
    symptom: bool = True  # something else must have caused it


@dataclass(frozen=True, slots=True)
class Link:
    """A join from a cause to an effect: why, what it covers, and what it does not prove."""

    cause: str
    effect: str
    status: Status
    because: tuple[tuple[Text, tuple[Evidence, ...]], ...] = ()
    timing: tuple[tuple[Text, tuple[Evidence, ...]], ...] = ()  # those of `because` that compare clocks
    covers: tuple[tuple[Text, tuple[Evidence, ...]], ...] = ()
    not_proven: tuple[tuple[Text, tuple[Evidence, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing that happened."""

    time: Time | None
    text: Text
    evidence: Evidence
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """What was made of one source."""

    index: int
    name: str
    lines: int
    formats: tuple[tuple[str, int], ...]  # format name, lines claimed; most first
    unrecognised: int
    blank: int
    repeated: int = 0  # lines that an earlier source already held
    first_time: Time | None = None
    last_time: Time | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Template:
    """The shape of lines that no format claimed. `burst` is the most that came within one minute, from `burst_time`."""

    text: str
    count: int
    first: Evidence
    last: Evidence
    error: bool = False  # its words speak of an error
    first_time: Time | None = None
    last_time: Time | None = None
    burst: int = 0
    burst_time: Time | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found in all sources of a session."""

    sources: tuple[SourceSummary, ...]
    verdict: str  # confirmed, likely, possible, none, unknown
    root_causes: tuple[str, ...]
    findings: tuple[Finding, ...]
    links: tuple[Link, ...]
    facts: tuple[Fact, ...]
    probes: tuple[Probe, ...]
    timeline: tuple[TimelineItem, ...]
    unrecognised: int = 0
    templates: tuple[Template, ...] = ()

    def finding(self, entry: str) -> Finding | None:
        """The finding of an entry, if there is one."""
        return next((finding for finding in self.findings if finding.entry == entry), None)

    def facts_of(self, kind: str) -> tuple[Fact, ...]:
        """All facts of one kind, in order."""
        return tuple(fact for fact in self.facts if fact.kind == kind)


@dataclass(frozen=True, slots=True)
class Answer:
    """A report (and a question) put into words: Markdown, with `[source:line]` citations."""

    markdown: str
    language: Language
    kind: str = "explain"  # explain, follow-up, unknown
