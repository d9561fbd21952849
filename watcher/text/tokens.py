"""Where the words of a text are: one regular expression, offsets in code points."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import accumulate

APOSTROPHES = "'’‘ʼʻʹ＇\u05f3"
"""All that stands for an apostrophe; inside a word they belong to it and are equal."""
HYPHENS = "-‐‑－"
JOINERS = "\u00ad\u061c\ufeff" + "".join(
    chr(code)
    for first, last in ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFE00, 0xFE0F))
    for code in range(first, last + 1)
)
"""Soft hyphens, zero-width characters, marks of direction, variation selectors: nothing at all."""
ANY, ONE = "\U0001cfff", "\U0001cffe"
"""Stand for `*` and `?` inside a word, as characters that words are made of."""

_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # kana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9D),  # kana of half width
)
_VOICED = "\uff9e\uff9f"
_UNSPACED_ABOVE = ((0x20000, 0x3FFFD),)
# Above U+FFFF whole blocks: `re` tests what it does not find in its table of the first 65,536
# against each further range in turn, and exact ranges would make every blank seven times slower.
_WORD_ABOVE = ((0x10000, 0x1CFFF), (0x1D400, 0x1EFFF))
_MARKS_ABOVE = ((0xE0100, 0xE01EF),)


@cache
def _kinds() -> str:
    """Tell of each character: `s`ingle letter, letter or number (L, N), `j`oiner, mark (M)."""
    # Written as bytes, by methods of bytes: it takes a while.
    names = "".join(map(unicodedata.category, map(chr, range(0x10000))))
    kinds = bytearray(names[::2], "ascii")
    for first, last in _UNSPACED:
        block = slice(first, last + 1)
        kinds[block] = kinds[block].translate(bytes.maketrans(b"LN", b"ss"))
    for (kind,), characters in ((b"j", JOINERS), (b" ", APOSTROPHES)):
        for character in characters:
            kinds[ord(character)] = kind
    return kinds.decode("ascii")


@cache
def _characters(kinds: str, above: tuple[tuple[int, int], ...] = ()) -> str:
    """Write the inside of a character class of all that is one of `kinds`."""
    ranges = [(found.start(), found.end() - 1) for found in re.finditer(f"[{kinds}]+", _kinds())]
    return "".join(f"{re.escape(chr(a))}-{re.escape(chr(z))}" for a, z in [*ranges, *above])


@cache
def _token() -> re.Pattern[str]:
    """Compile what a word is; many a command reads no text and need not wait for it."""
    single = _characters("s", _UNSPACED_ABOVE)
    marks = _characters("Mj", _MARKS_ABOVE) + _VOICED
    word = _characters("LNMj", _WORD_ABOVE)
    # Possessive, as no match ever gives a letter back: nothing need be remembered for that.
    return re.compile(
        f"([{_characters('LNM', _WORD_ABOVE)}][{word}]*+(?:[{APOSTROPHES}][{word}]++)*+"
        f"|[{single}][{marks}]*+)"
    )


@cache
def _only_single() -> re.Pattern[str]:
    return re.compile(f"[{_characters('s', _UNSPACED_ABOVE)}]")


def is_unspaced(word: str) -> bool:
    """Tell whether `word` is a letter of a script that is written without gaps."""
    return _only_single().match(word) is not None


def is_hyphen(gap: str) -> bool:
    """Tell whether `gap` is one hyphen, beside what is nothing."""
    bare = gap.strip(JOINERS)
    return len(bare) == 1 and bare in HYPHENS


def split(text: str) -> list[str]:
    """Split a text into its words; a letter of a script without gaps is a word of its own."""
    return _token().findall(text)


def pieces(text: str) -> list[str]:
    """Cut a text into gap, word, gap, and so on to the last gap; a gap may be empty."""
    return _token().split(text)


def marked(term: str) -> str:
    """Write `ANY` and `ONE` for the wildcards of a term, so that words are split with them."""
    return term.replace("*", ANY).replace("?", ONE)


def spans(text: str) -> list[tuple[int, int]]:
    """Tell where each word of `split(text)` starts and ends."""
    return list(map(re.Match.span, _token().finditer(text)))


def joints(term: str) -> list[int]:
    """Tell after which words of a term the gap may be missing: at hyphens, or between the only two.

    None where letters are words.
    """
    gap_word = pieces(term)
    gaps, words = gap_word[2:-1:2], gap_word[1::2]
    if any(map(is_unspaced, words)):
        return []
    return [
        at
        for at, gap in enumerate(gaps)
        if is_hyphen(gap) or (len(words) == 2 and gap.strip(JOINERS).isspace())
    ]


def edges(cut: Iterable[str]) -> list[int]:
    """Tell where each gap and each word of `pieces` ends, without looking at the text again."""
    return list(accumulate(map(len, cut)))
