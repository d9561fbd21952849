"""What is looked through at the ends of a word: genitives, elisions, suffixes, prefixes."""

import re
from collections.abc import Iterator

from watcher.text.tokens import APOSTROPHES, JOINERS

_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_ELIDED_IN_FRENCH = {"c", "d", "j", "l", "m", "n", "qu", "s", "t", "jusqu", "lorsqu", "puisqu"}
_ELIDED_IN_ITALIAN = {"all", "dall", "dell", "nell", "quell", "quest", "sull", "un"}
_ELIDED = _ELIDED_IN_FRENCH | _ELIDED_IN_ITALIAN
_TURKISH_CASE = "[yns]?[ıiuü]n?|n[ıiuü]n|[yn]?[ae]|n?[dt][ae]n?|y?l[ae]|[cç][ae]"
_TURKISH = re.compile(  # in this order: with, without, -ness; many; his; a case; who is there; is
    "(?:l[ıiuü]k?|s[ıiuü]z|c[ıiuü])?(?:l[ae]r)?(?:s?[ıiuü](?=n))?"
    f"(?:(?:n?[dt][ae]|n?[ıiuü]n)ki(?:l[ae]r)?)?(?:{_TURKISH_CASE})?"
    "(?:[dt][ıiuü]r|y?[dt][ıiuü]|y?m[ıiuü]ş|ys[ae])?"
)
_VOWELS = frozenset("aâeıiîoöuûü")
_SILENT = "e"  # *Google'ın*
_HANGUL = "\u1100-\u11ff\uac00-\ud7a3"
_BEFORE_HANGUL = re.compile(f"([^{_HANGUL}]+?)[{APOSTROPHES}]?[{_HANGUL}]")
_NO_LETTER = r"[\W\u0640]*+"  # inside words: vowel marks, joiners, what stretches Arabic words
_MOST_PREFIXES = 2


def _prefixes(*prefixes: str) -> dict[str, re.Pattern[str]]:
    """Compile each prefix with its marks, before two letters at least."""
    left = rf"(?=[^\W\u0640]{_NO_LETTER}\w)"
    return {
        prefix: re.compile("".join(letter + _NO_LETTER for letter in prefix) + left)
        for prefix in prefixes
    }


_ARABIC = _prefixes("لل", "ال", "و", "ف", "ب", "ل")
_HEBREW = _prefixes("ו", "ה", "ב", "ל", "מ")


def cores(word: str) -> tuple[str, ...]:
    """List `word` and all that is left of it when affixes are looked through.

    These are `'s`, elisions (*l'Ukraine*), Turkish suffixes after an apostrophe (*Çin'in*), what
    is Korean after other letters (*NATO의*), and up to two Arabic or Hebrew prefixes (and, the, in,
    to, from).
    """
    if word.isascii() and "'" not in word:
        return (word,)
    found = [word, *_beside_apostrophe(word)]
    if "\u0590" <= word[0] < "\u0780":
        found.extend(_without_prefixes(word, _MOST_PREFIXES))
    elif word[-1] >= "\u1100" and (before := _BEFORE_HANGUL.match(word)):
        found.append(before[1])
    return tuple(dict.fromkeys(found))


def _beside_apostrophe(word: str) -> Iterator[str]:
    parts = _APOSTROPHE.split(word)
    if len(parts) < 2:
        return
    first, last = (_lower(parts[at]) for at in (0, -1))
    elided, rest = first in _ELIDED, word[len(parts[0]) + 1 :]
    if elided:
        yield rest
    stem = word[: -len(parts[-1]) - 1]
    may_be_turkish = not elided or len(parts) > 2
    if last == "s" or (may_be_turkish and _is_turkish(stem, last)):
        yield stem
        if elided and len(parts) > 2:
            yield stem[len(parts[0]) + 1 :]


def _lower(part: str) -> str:
    """Write in lower case what stands beside an apostrophe; of `İ` alone, lower() makes two."""
    return part.strip(JOINERS).replace("İ", "i").lower()


def _is_turkish(stem: str, suffix: str) -> bool:
    """Tell suffixes from ends of words: no two vowels meet in Turkish, as they do in *Sana'a*."""
    before = _lower(stem)[-1:]
    two_vowels = suffix[:1] in _VOWELS and before in _VOWELS and before != _SILENT
    return _TURKISH.fullmatch(suffix) is not None and not two_vowels


def _without_prefixes(word: str, most: int) -> Iterator[str]:
    for prefix, pattern in (_ARABIC if word[0] >= "\u0600" else _HEBREW).items():
        if most and (found := pattern.match(word)):
            left = word[found.end() :]
            yield left
            yield from _without_prefixes(left, most - 1)
            if prefix == "لل":  # the article loses its first letter after "to"
                yield "ال" + left
