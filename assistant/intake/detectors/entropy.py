"""The last net: long words that look drawn from a random generator, whoever made them.

Random strings change between upper case, lower case and digits at more than every second character; identifiers of
programs, however long, change where a word begins. Hexadecimal strings are never taken: they name containers, commits,
builds, requests and objects, which a diagnosis needs and which mean nothing outside. Nor is anything under 24
characters, the length up to which Elasticsearch, Kafka and others write their identifiers.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator

from assistant.intake.detectors.base import Function, Span, View
from assistant.intake.lazily import lazily

_LEAST = 24  # characters
_BITS = 3.5  # Shannon entropy per character; 24 random characters of base64 have 4.2 on average
_CHANGES = 0.42  # of neighbours that are of different classes; base62 has 0.62, CamelCase with numbers under 0.35
_CHANGES_LOWER = 0.26  # the same without upper case; base36 has 0.40
_WORD = lazily(r"[A-Za-z0-9+/_-]{24,}={0,2}")
_NAMED = lazily(
    r"(?:sha\d{1,3}[:-]|md5[:-]|build ?id\W{0,3}|checksum\W{0,3}|digest\W{0,3}|integrity\W{0,3}|etag\W{0,4}|fingerprint\W{0,3}|cluster[ _]?(?:id|uuid)\W{0,3}|node[ _]?id\W{0,3}|server_uid\W{0,3}|trace\W{0,3}|request[ _-]?id\W{0,3})$"
)
_HASHES = lazily(r"(?:(?<=[-_])|^)[0-9a-f]{16,}(?=[-_]|$)")  # of a name such as `systemd-private-<hash>-nginx`
_ESCAPED = frozenset({"n", "r", "t"})


def _random_words(view: View) -> Iterator[Span]:
    text = view.text
    for match in _WORD().finditer(text):
        start, end = match.span()
        if text[start - 1 : start] == "\\" and text[start] in _ESCAPED:
            start += 1  # `\n` in a string that was written as JSON
        word = text[start:end]
        if "/" not in word:
            pass
        elif text[start] == "/" or text[start - 1 : start] in {"/", "."} or text[end : end + 1] == ".":
            continue  # a path
        if is_random(word) and not _NAMED().search(view.low[max(0, start - 24) : start]):
            yield start, end, "secret"


def is_random(word: str) -> bool:
    """Whether a word of base62, base64 or base36 looks random."""
    if word.startswith(("_Z", "_R", "--")) or "cluster" in word or word.count("-") + word.count("_") > len(word) // 6:
        return False
    word = _HASHES().sub("", word.rstrip("="))
    size = len(word)
    upper = sum(char.isupper() for char in word)
    digits = sum(char.isdigit() for char in word)
    lower = sum(char.islower() for char in word)
    if size < _LEAST or digits < 2 or not (upper or lower) or _is_hexadecimal(word):  # noqa: PLR2004
        return False
    classes = [_class(char) for char in word]
    changes = sum(one != other for one, other in itertools.pairwise(classes)) / (size - 1)
    if min(upper, lower) * 7 >= size:
        return changes >= _CHANGES and _entropy(word) >= _BITS
    single = min(upper, lower) == 0 and "/" not in word and digits * 7 >= size
    return single and changes >= _CHANGES_LOWER and _longest_letters(word) <= 7 and _entropy(word) >= _BITS  # noqa: PLR2004 - letters in a row


def _is_hexadecimal(word: str) -> bool:
    """Of hexadecimal digits alone, as UUIDs, hashes and addresses are, or of several such parts."""
    return all(char in "0123456789abcdefABCDEF-_x" for char in word)


def _class(char: str) -> int:
    return 0 if char.isdigit() else 1 if char.islower() else 2 if char.isupper() else 3


def _longest_letters(word: str) -> int:
    longest = run = 0
    for char in word:
        run = run + 1 if char.isalpha() else 0
        longest = max(longest, run)
    return longest


def _entropy(word: str) -> float:
    """Bits per character (Shannon)."""
    return -sum(count / len(word) * math.log2(count / len(word)) for count in Counter(word).values())


DETECTORS = (Function("random", _random_words),)
