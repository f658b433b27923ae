"""Characters that look like others, or like nothing at all, where a name or a command should be plain.

`systеmctl` with a Cyrillic letter is another word than `systemctl`, `－rf` is no option, and a zero-width character
inside a word is seen by the shell and not by the reader. The table holds the letters that the usual fonts draw alike
(Unicode Technical Standard 39, confusables); Chinese text is never reported.
"""

from __future__ import annotations

import unicodedata

from assistant.intake.lazily import lazily

# Letters of other scripts that are drawn like ASCII ones.
_CONFUSABLE = str.maketrans(
    "аеорсухіјѕһԁԛԝѵӏᴦгпкмтвнАВЕКМНОРСТУХІЈЅԌԚԜѴαορνικτυχγεηωΑΒΕΖΗΙΚΜΝΟΡΤΥΧɡɩıⅼⅰⅴⅹⅽⅾⅿᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "aeopcyxijshdqwvlrrnkmtbhABEKMHOPCTYXIJSGQWVaopviktuxyenwABEZHIKMNOPTYXgiilivxcdmabcdeghijklmnoprstuvwyz",
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－➖", "-"))
_HAN = lazily(
    r"[\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[\U00020000-\U0003ffff]"
)
_PLAIN = lazily(r"[\x20-\x7e\t\n]*")
_QUOTED = lazily(r"'[^'\n]*'|\"(?:[^\"\\\n]|\\.)*\"")
# Punctuation that shells would need as ASCII, and spaces that are none to a shell.
_PUNCTUATION = frozenset("；｜＆＞＜＄｀／＼＝－‐‑‒–—―−﹣➖⁄∕∖∣❘；\u037e\u2024․ꓸ\uff5e∼")
_INVISIBLE_KINDS = frozenset(["Cf", "Cc", "Co", "Cn", "Cs", "Zl", "Zp"])
# Drawn as nothing, although Unicode files them among letters and marks.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")


def is_invisible(character: str) -> bool:
    """Whether nothing is drawn for it, or it changes how others are drawn (controls, zero width, bidi, tags)."""
    if character in "\t\n":
        return False
    code = ord(character)
    return (
        unicodedata.category(character) in _INVISIBLE_KINDS
        or character in _BLANK
        or 0xFE00 <= code <= 0xFE0F  # noqa: PLR2004 - variation selectors
        or 0xE0000 <= code <= 0xE0FFF  # noqa: PLR2004 - tags and further selectors
    )


def fold(text: str) -> str:
    """The text as it looks: look-alike letters and dashes as ASCII, what is not drawn left out."""
    if _PLAIN().fullmatch(text):
        return text
    shown = "".join(character for character in text if not is_invisible(character))
    return unicodedata.normalize("NFKC", shown.translate(_DASHES)).translate(_CONFUSABLE).translate(_DASHES)


def suspects(command: str, *, punctuation: bool = True) -> tuple[str, ...]:
    """The characters of a command that are not what they seem, each once, in their order.

    Letters of other scripts count only in words that hold ASCII letters too or look like ASCII as a whole. Punctuation
    and spaces count outside quotes, where a shell would need the plain ones; not at all without `punctuation`.
    """
    if _PLAIN().fullmatch(command):
        return ()
    found: dict[str, None] = {}
    for word in command.split():
        _of_word(word, found)
    bare = _QUOTED().sub("", command) if punctuation else ""
    for position, character in enumerate(bare):
        if character in _PUNCTUATION or (character != " " and unicodedata.category(character) == "Zs"):
            beside = (
                bare[max(0, position - 8) : position].rstrip()[-1:] + bare[position + 1 : position + 9].lstrip()[:1]
            )
            if not any(_HAN().match(each) for each in beside):  # in Chinese text it is where it belongs
                found[character] = None
    return tuple(found)


def _of_word(word: str, found: dict[str, None]) -> None:
    foreign = [each for each in word if each >= "\x80" and not is_invisible(each)]
    letters = [each for each in foreign if each.isalpha() and not _HAN().match(each)]
    has_ascii = any("a" <= character <= "z" or "A" <= character <= "Z" for character in word)
    # A word of another script has letters that nothing in ASCII looks like; a disguise has none.
    disguised = has_ascii or all(looks_ascii(each) for each in letters)
    for character in word:
        if (
            is_invisible(character)
            or (disguised and character in letters and _imitates(character))
            or (
                character >= "\x80"
                and not character.isalpha()
                and looks_ascii(character)
                and character not in "，。：；！？（）"
            )
        ):
            found[character] = None


def _imitates(character: str) -> bool:
    """Whether a letter beside ASCII ones could be taken for one. Letters with accents are seen to have them."""
    base = unicodedata.normalize("NFD", character)
    if len(base) > 1 and base[0].isascii():
        return False
    return looks_ascii(character) or unicodedata.category(character) != "Lo"


def looks_ascii(character: str) -> bool:
    """Whether a character is drawn like an ASCII letter or digit."""
    looks = unicodedata.normalize("NFKC", character).translate(_CONFUSABLE)
    return looks.isascii() and looks.isalnum()


def code_points(characters: tuple[str, ...]) -> str:
    """`U+0435 CYRILLIC SMALL LETTER IE, U+200B ZERO WIDTH SPACE`."""
    return ", ".join(f"U+{ord(each):04X} {unicodedata.name(each, '')}".rstrip() for each in characters)
