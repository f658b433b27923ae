"""Asking a model about the hand-made incident."""

from __future__ import annotations

from conftest import Settings
from incident_report import KNOWLEDGE, REPORT, SOURCES, rules

from assistant.llm import answer_with_model

PROSE = "上游进程被内核杀死了，所以 nginx 报告连接提前关闭。[2:2] "


def ask(settings=None, language="zh", question="这段日志说明什么", kind="explain", history=(), redact=False, **more):
    return answer_with_model(
        settings or Settings(**more),
        REPORT,
        KNOWLEDGE,
        language,
        question,
        rules(language, kind),
        history,
        SOURCES,
        redact,
    )


def whole(*arguments, **options):
    return "".join(ask(*arguments, **options))
