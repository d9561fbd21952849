"""What words equal whatever their case, width, accents and variants; the only door to OpenCC."""

import re
import unicodedata
from functools import cache

from watcher.text.tokens import APOSTROPHES, JOINERS

_NOTHING = dict.fromkeys(
    [*map(ord, JOINERS), *range(0xE0100, 0xE01F0), 0x0640]  # the last stretches Arabic words
)
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
        **dict.fromkeys(APOSTROPHES, "'"),
    }
)
_IOTA_BELOW = "\u0345"
_KEPT_IN_CYRILLIC = {"и\u0306", "у\u0306", "і\u0308"}
_FIRST_HAN, _LAST_HAN = "\u3400", "\u9fff"


def fold(text: str) -> str:
    """Fold a word, or several and the blanks between them, to what it is compared by.

    Case, width, compatibility forms and apostrophes fall; marks fall from Latin, Greek, Cyrillic
    (but й, ї, ў stay letters), Arabic and Hebrew letters; Chinese becomes simplified.
    """
    if text.isascii():
        return text.lower()
    word, *others = _BLANK.split(text)
    return " ".join([_folded(word), *map(_folded, others)]) if others else _folded(word)


_BLANK = re.compile(r"\s")


def _folded(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word).replace(_IOTA_BELOW, "")  # a letter if case falls
    decomposed = unicodedata.normalize("NFKD", bare.casefold())
    unmarked = _without_marks(decomposed.translate(_NOTHING))
    folded = unicodedata.normalize("NFC", unmarked.translate(_LETTERS))
    if max(folded, default="") >= _FIRST_HAN and any(map(_is_han, folded)):
        return folded.translate(_simplified())
    return folded


def letter_by_letter(word: str) -> str:
    """Fold `word`, with one letter for each that folds to several; empty if none does."""
    return fold(_SEVERAL.sub(_ONE, word)) if _SEVERAL.search(word) else ""


_SEVERAL = re.compile("[ßẞæÆœŒþÞ]")
_ONE = "\ue000"


def writings(text: str) -> tuple[str, ...]:
    """List the ways to write what looks like `text`, where they part it into other letters.

    The Thai and Lao vowel *am* is one letter, or a mark on the letter before and a letter.
    """
    for am, mark, letter, tone in _AM:
        if am in text or mark in text:
            one = re.sub(f"({tone}){mark}({tone}){letter}", rf"\1\2{am}", text)
            marked = re.sub(f"({tone}){am}", rf"{mark}\1{letter}", one)
            return one, marked, one.replace(am, mark + letter)
    return (text,)


_AM = (
    ("\u0e33", "\u0e4d", "\u0e32", "[\u0e48-\u0e4b]?"),
    ("\u0eb3", "\u0ecd", "\u0eb2", "[\u0ec8-\u0ecb]?"),
)


def plain(word: str) -> str:
    """Keep `word` as typed: case and accents stay, one spelling of what looks the same."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", word.translate(_NOTHING).translate(_SAME))


_SAME = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))


def _without_marks(decomposed: str) -> str:
    if decomposed.isalnum():
        return decomposed
    kept: list[str] = []
    base = ""
    for character in decomposed:
        if unicodedata.category(character) == "Mn":
            if not (base and _falls(base, character)):
                kept.append(character)
        elif not character.isspace():  # U+FDFA and its like are several words
            base = character
            kept.append(character)
    return "".join(kept)


def _falls(base: str, mark: str) -> bool:
    code = ord(base)
    if 0x0400 <= code < 0x0530:
        return base + mark not in _KEPT_IN_CYRILLIC
    return code < 0x0400 or 0x0590 <= code < 0x0780 or 0x1E00 <= code < 0x2000


def _is_han(letter: str) -> bool:
    return _FIRST_HAN <= letter <= _LAST_HAN


@cache
def _simplified() -> dict[int, str]:
    """Map each traditional character to its simplified one, one for one: offsets stay."""
    from opencc import OpenCC  # noqa: PLC0415 - only Chinese pays for it

    traditional = [chr(code) for code in range(ord(_FIRST_HAN), ord(_LAST_HAN) + 1)]
    simplified = OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    return {
        ord(old): new
        for old, new in zip(traditional, simplified, strict=True)
        if new != old and len(new) == 1
    }
