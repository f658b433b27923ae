"""One Markdown file to one `Entry`. Everything that is wrong is reported with its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from assistant.errors import KnowledgeError
from assistant.i18n import Language
from assistant.knowledge.conditions import OPERATORS
from assistant.knowledge.entry import (
    CauseRef,
    Condition,
    Entry,
    FixSpec,
    IneffectiveSpec,
    OutcomeSpec,
    ProbeSpec,
    Refutation,
    Signal,
)
from assistant.knowledge.frontmatter import Field, parse
from assistant.knowledge.template import TemplateError, compile_template
from assistant.model import Risk, Severity, Status, Value

SEVERITIES = {"info": Severity.INFO, "warning": Severity.WARN, "error": Severity.ERROR, "critical": Severity.CRIT}
KEYS = (
    "id", "severity", "symptom", "fallback", "title", "headline", "tell", "key-facts", "signals", "uses", "causes",
    "rules-out", "refuted-by", "probes", "fixes", "ineffective", "references", "keywords",
)  # fmt: skip
_FENCE = re.compile(r"^```(?:log|text)?\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def parse_entry(text: str, path: str, expected_id: str) -> Entry:
    """The entry; raises KnowledgeError(file, line, reason)."""
    field, body, body_line = parse(text, path)
    field.only(KEYS)
    name = field.get("id").string()
    if name != expected_id:
        field.get("id").fail(f"{name!r} must be the path of the file: {expected_id!r}")
    severity = field.get("severity").string("error")
    if severity not in SEVERITIES:
        field.get("severity").fail(f"{severity!r} is none of {', '.join(SEVERITIES)}")
    sections = _sections(body, path, body_line)
    return Entry(
        id=name,
        path=path,
        severity=SEVERITIES[severity],
        title=field.get("title").text(),
        headline=field.get("headline").text() if field.get("headline") else None,
        tell=field.get("tell").text() if field.get("tell") else None,
        key_facts=field.get("key-facts").strings(),
        symptom=field.get("symptom").flag(),
        fallback=field.get("fallback").flag(),
        signals=tuple(signal for item in field.get("signals").items() for signal in _signals(item)),
        uses=field.get("uses").strings(),
        causes=tuple(_cause(item) for item in field.get("causes").items()),
        rules_out=tuple(_refutation(item, named=True) for item in field.get("rules-out").items()),
        refuted_by=tuple(_refutation(item, named=False) for item in field.get("refuted-by").items()),
        probes=tuple(_probe(item) for item in field.get("probes").items()),
        fixes=tuple(_fix(item) for item in field.get("fixes").items()),
        ineffective=tuple(_ineffective(item) for item in field.get("ineffective").items()),
        references=field.get("references").strings(),
        keywords=field.get("keywords").strings(),
        body={
            language: _headings(sections.get(language, "")) for language in cast("tuple[Language, ...]", ("en", "zh"))
        },
        fires_on=tuple(_FENCE.findall(sections.get("fires on", ""))),
        quiet_on=tuple(_FENCE.findall(sections.get("stays quiet on", ""))),
    )


def _sections(body: str, path: str, line: int) -> dict[str, str]:
    found: dict[str, str] = {}
    known = ("en", "zh", "fires on", "stays quiet on")
    name, fenced = "", False
    for offset, row in enumerate(body.split("\n")):
        fenced ^= row.startswith("```")
        if row.startswith("## ") and not fenced:
            name = row[3:].strip().lower()
            if name not in known:
                raise KnowledgeError(path, line + offset, f"unknown section {row!r}; known: {', '.join(known)}")
            found[name] = ""
        elif name:
            found[name] += row + "\n"
    return found


def _headings(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name, fenced = "", False
    for row in text.split("\n"):
        fenced ^= row.startswith("```")
        if row.startswith("### ") and not fenced:
            name = row[4:].strip()
            found[name] = ""
        elif name:
            found[name] += row + "\n"
    return {heading: content.strip() for heading, content in found.items()}


def _all_signals(field: Field) -> tuple[Signal, ...]:
    return tuple(signal for item in field.items() for signal in _signals(item))


def _signals(field: Field) -> Iterator[Signal]:
    """The signals of one item; an item that lists several kinds of events is one signal for each of them."""
    if field.is_scalar:
        yield Signal(fact=field.string())
        return
    field.only(("event", "fact", "message", "except", "where", "count", "within", "after", "status"))
    events, fact = field.get("event").strings(), field.get("fact").string("")
    if bool(events) == bool(fact):
        field.fail("a signal is about an event or a fact, one of the two")
    messages, exceptions = _templates(field.get("message"), events), _templates(field.get("except"), events)
    after = next(_signals(field.get("after"))) if field.get("after") else None
    for event in events or ("",):
        yield Signal(
            event=event,
            fact=fact,
            messages=messages,
            exceptions=exceptions,
            where=_conditions(field.get("where")),
            count=int(field.get("count").number(1)),
            within=_span(field.get("within")),
            after=after,
            status=field.get("status").choice(Status, Status.CONFIRMED),
        )


def _templates(field: Field, events: tuple[str, ...]) -> tuple[str, ...]:
    found = field.strings()
    if found and not events:
        field.fail("only events have messages")
    for item in field.items():
        try:
            compile_template(item.string())
        except TemplateError as error:
            item.fail(str(error))
    return found


def _span(field: Field) -> float | None:
    if not field:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", field.string())
    if match is None:
        field.fail("a span is a number and s, m, h or d: 60s, 5m")
    return float(match[1]) * _SECONDS[match[2]]


def _conditions(field: Field) -> tuple[Condition, ...]:
    return tuple(_condition(name, value) for name, value in field.keys().items())


def _condition(name: str, field: Field) -> Condition:
    if field.is_list:
        return Condition(name, "in", tuple(item.plain() for item in field.items()))
    if field.node is None or field.is_scalar:
        return Condition(name, "equal", field.plain())
    pairs = field.keys()
    if len(pairs) != 1:
        field.fail("one predicate per attribute")
    op, operand = next(iter(pairs.items()))
    if op not in OPERATORS:
        operand.fail(f"{op!r} is none of {', '.join(OPERATORS)}")
    value: Value = tuple(item.plain() for item in operand.items()) if op == "in" else operand.plain()
    return Condition(name, op, value)


def _cause(field: Field) -> CauseRef:
    field.only(("entry", "join", "prior"))
    prior = field.get("prior").number(0.1)
    if not 0 < prior <= 1:
        field.get("prior").fail("a prior is over 0 and at most 1")
    return CauseRef(field.get("entry").string(), field.get("join").strings(), float(prior))


def _refutation(field: Field, *, named: bool) -> Refutation:
    field.only(("entry", "fact", "where", "because") if named else ("fact", "where", "because"))
    fact = field.get("fact").string("" if named else None)
    entry = field.get("entry").string() if named else ""
    return Refutation(field.get("because").text(), fact, _conditions(field.get("where")), entry)


def _probe(field: Field) -> ProbeSpec:
    field.only(("run", "decides", "risk", "purpose", "outcomes", "when", "unless", "open-question"))
    return ProbeSpec(
        run=field.get("run").string(),
        decides=field.get("decides").strings(),
        risk=field.get("risk").choice(Risk, Risk.READ_ONLY),
        purpose=field.get("purpose").text() if field.get("purpose") else None,
        outcomes=tuple(
            OutcomeSpec(item.get("see").text(), item.get("means").text()) for item in field.get("outcomes").items()
        ),
        when=_all_signals(field.get("when")),
        unless=_all_signals(field.get("unless")),
        open_question=field.get("open-question").flag(),
    )


def _fix(field: Field) -> FixSpec:
    field.only(
        ("id", "do", "brief", "when", "run", "config", "risk", "check", "save-first", "only-if", "unless", "match")
    )
    when = field.get("when").string("now")
    if when not in ("now", "lasting"):
        field.get("when").fail("`when` is now or lasting")
    risk = field.get("risk").choice(Risk, Risk.CHANGES_STATE)
    save = field.get("save-first").text() if field.get("save-first") else None
    if risk is Risk.DESTROYS_DATA and save is None:
        field.fail("a fix that destroys data says what to save first (save-first)")
    return FixSpec(
        id=field.get("id").string(),
        text=field.get("do").text(),
        when=when,
        run=field.get("run").string(""),
        config=field.get("config").string(""),
        risk=risk,
        check=field.get("check").string(""),
        brief=field.get("brief").text() if field.get("brief") else None,
        save_first=save,
        match=field.get("match").strings(),
        only_if=_all_signals(field.get("only-if")),
        unless=_all_signals(field.get("unless")),
    )


def _ineffective(field: Field) -> IneffectiveSpec:
    field.only(("id", "do", "because", "match", "harmful", "only-if"))
    return IneffectiveSpec(
        id=field.get("id").string(),
        name=field.get("do").text(),
        because=field.get("because").text(),
        match=field.get("match").strings(),
        harmful=field.get("harmful").flag(),
        only_if=_all_signals(field.get("only-if")),
    )
