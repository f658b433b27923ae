"""Numbers of documents, cards and accounts, each by its check digit.

A log is full of numbers that a diagnosis needs, so that a number is only taken when it passes the check of its kind and
nothing before it says that it is an amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.intake.detectors.base import Detector, Function, Span, View
from assistant.intake.lazily import lazily

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_AMOUNT = lazily(
    r"(?:bytes?|sizes?|mem\w*|total|limit|offset|time\w*|ts|stamp|seq\w*|count\w*|[nu]s|max|min|rss|vm\w*|addr\w*|pos\w*|lsn|xid|zxid|len\w*|inode|sector|block|id|free|used|rate)[\"']?[\s:=>(]{0,3}$"
)


def _is_resident_id(view: View, start: int, end: int) -> bool:
    """The check digit of GB 11643-1999."""
    value = view.text[start:end].upper()
    total = sum(int(digit) * weight for digit, weight in zip(value[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == value[17]


def _is_iban(view: View, start: int, end: int) -> bool:
    """ISO 13616: the number, turned round, is 1 modulo 97."""
    value = view.text[start:end].replace(" ", "")
    last = view.before(start, 1)
    if not 15 <= len(value) <= 34 or last.isalnum() or last in {"/", "+", "="}:  # noqa: PLR2004 - the shortest and the longest of the registry
        return False
    return int("".join(str(int(char, 36)) for char in value[4:] + value[:4])) % 97 == 1


def _is_card(view: View, start: int, end: int) -> bool:
    """ISO/IEC 7812: the check digit after Luhn; and no amount of anything."""
    value = view.text[start:end]
    digits = [int(char) for char in value if char.isdigit()]
    if value.isdigit() and _AMOUNT().search(view.low[max(0, start - 24) : start]):
        return False
    total = sum(digits[-1::-2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return total % 10 == 0 and len(set(digits)) > 1


_DASHED = lazily(
    r"[-)](?:(?P<ssn>\d\d-\d{4})|(?P<card>\d{4}-\d{4}-\d{4})|(?P<landline>[ -]{0,2}[2-9]\d{6,7}(?:-\d{1,5})?))(?![A-Za-z0-9_.:/-])"
)
_SPACED = lazily(r" \d{4} \d{4} \d{4}(?! \d{4}|[A-Za-z0-9_.:/-])")
_ISSUERS = frozenset("23456")  # the first digit of payment cards
_FIRST_DIGITS = lazily(r"(?<![\w.+:/-])\(?\d{3,4}$")
_RESIDENT = lazily(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_CARD = lazily(r"4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|6(?:011|5\d\d)\d{12}|62\d{14,17}|35\d{14}|3[47]\d{13}")


def number(view: View, start: int, end: int) -> str:
    """The kind of a long word that begins with a digit; empty when it is no number of anybody."""
    word = view.text[start:end]
    if view.before(start, 1) == "." or view.text[end : end + 1] == ".":
        return ""
    if _RESIDENT().fullmatch(word) and _is_resident_id(view, start, end):
        return "id"
    return "id" if _CARD().fullmatch(word) and _is_card(view, start, end) else ""


def _numbers(view: View) -> Iterator[Span]:
    """Numbers that are written in groups."""
    for match in _DASHED().finditer(view.text):
        start = _first_digits(view, match.start())
        if start is not None and (kind := _dashed(view, start, match)):
            yield start, match.end(), kind
    for match in _SPACED().finditer(view.text):
        start = _first_digits(view, match.start())
        if start == match.start() - 4 and view.text[start] in _ISSUERS and _is_card(view, start, match.end()):
            yield start, match.end(), "id"


def _first_digits(view: View, end: int) -> int | None:
    """Where a group of three or four digits that ends here begins."""
    first = _FIRST_DIGITS().search(view.text, max(0, end - 6), end)
    return first.start() if first else None


def _dashed(view: View, start: int, match: re.Match[str]) -> str:
    """The kind of a number in groups; empty when it is none of ours."""
    text, sign = view.text, match[0][0]
    first = text[start : match.start()]
    if match["ssn"]:
        area, group, serial = first, match["ssn"][:2], match["ssn"][3:]
        fits = sign == "-" and len(area) == 3 and area not in {"000", "666"} and area[0] != "9"  # noqa: PLR2004 - as issued
        return "id" if fits and group != "00" and serial != "0000" else ""
    if match["card"]:
        return "id" if len(first) == 4 and first[0] in _ISSUERS and _is_card(view, start, match.end()) else ""  # noqa: PLR2004
    area = first.lstrip("(")
    closed = (sign == ")") == first.startswith("(")
    return "phone" if closed and area[0] == "0" and area[1] != "0" else ""


_IBAN = lazily(r"[A-Z][A-Z]\d\d[A-Z0-9 ]{11,38}")
_IBAN_FORM = lazily(r"[A-Z]{2}\d\d(?:(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?|[A-Z0-9]{11,30})(?![A-Za-z0-9])")


def _ibans(view: View) -> Iterator[Span]:
    for match in _IBAN().finditer(view.text):
        form = _IBAN_FORM().match(view.text, match.start())
        if form and _is_iban(view, *form.span()):
            yield (*form.span(), "id")


DETECTORS = (
    Function("numbers", _numbers),
    Detector("iban", "id", r"iban[^a-z0-9\n]{0,6}(?P<value>[a-z]{2}\d\d(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,4})?)(?![a-z0-9])", ("iban",), fold=True, check=_is_iban),
    Function("iban-bare", _ibans),
)  # fmt: skip
