"""Other spellings of a name, names of a country, and words that stand beside a term."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from math import log
from operator import itemgetter

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from watcher.errors import did_you_mean
from watcher.models import Evidence, Item
from watcher.text.fold import fold
from watcher.text.tokens import is_unspaced, spans
from watcher.watchlist.transliteration import (
    counterpart,
    knows_given_name,
    readings,
    romanisations,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A spelling to paste into a watchlist; `language` is that of its readers.

    `system` names what it comes from; several, parted by commas, where they agree.
    """

    text: str
    language: str
    system: str


def spellings(name: str) -> list[Spelling]:
    """Spell a Ukrainian or Russian name as others do: Cyrillic first, each spelling once.

    `name` is in Cyrillic or in Latin letters of any of the usual systems. Names that no system
    explains give none, nor do kana and hanzi: what is written there has to be asked for.
    """
    found: dict[str, list[Spelling]] = {}
    for spelling in _spellings(name):
        if spelling.text not in ("", name):
            found.setdefault(spelling.text, []).append(spelling)
    return [
        replace(same[0], system=", ".join(dict.fromkeys(one.system for one in same)))
        for same in found.values()
    ]


def country_names(country: str, languages: Sequence[str]) -> list[Spelling]:
    """Name a country (code of ISO 3166 or English name) in each language, by CLDR, none twice.

    Chinese gives both scripts. Languages that CLDR does not know are left out.

    Raises:
        ValueError: There is no such country; the message says which may be meant.
    """
    territory = _territory(country)
    found: dict[str, Spelling] = {}
    for language in _with_both_chinese(languages):
        if name := _country_name(territory, language):
            found.setdefault(name, Spelling(text=name, language=language, system="CLDR"))
    return list(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A word that stands beside a term in so many items, spelled as first met."""

    text: str
    items: int


def neighbours(
    items: Iterable[Item],
    *,
    find: Callable[[Item], Sequence[Evidence]],
    knows: Callable[[str], bool],
    limit: int,
) -> list[Neighbour]:
    """List the words that stand beside a term, but that its topic does not have yet.

    `find` tells where the term is in an item, `knows` whether the topic has a word. Beside is
    within three words, in title or summary of two items or more. A word counts the more the rarer
    it is in all `items`; at most `limit`, the best first. Scripts without word gaps have no words
    to tell.
    """
    near: Counter[str] = Counter()
    anywhere: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    folded = lru_cache(_MANY)(fold)
    total = 0
    for total, item in enumerate(items, 1):  # noqa: B007 - counted for after the loop
        words = {"title": _words(item.title), "summary": _words(item.summary)}
        anywhere.update({folded(word) for each in words.values() for word, _, _ in each})
        beside = [
            word for place in find(item) for word in _beside(place, words.get(place.field, []))
        ]
        for word in beside:
            spelled.setdefault(folded(word), word)
        near.update(set(map(folded, beside)))
    often = [word for word, count in near.items() if count > 1]
    often.sort(key=lambda word: (-near[word] * log(total / anywhere[word]), word))
    new = (word for word in often if not knows(spelled[word]))
    return [Neighbour(text=spelled[word], items=near[word]) for word in islice(new, limit)]


_REACH = 3
_MANY = 65_536
_Word = tuple[str, int, int]
"""A word, and where it starts and ends."""


def _words(text: str) -> list[_Word]:
    return [
        (text[start:end], start, end)
        for start, end in spans(text)
        if text[start].isalpha() and not is_unspaced(text[start:end])
    ]


def _beside(place: Evidence, words: Sequence[_Word]) -> list[str]:
    """Tell the words within reach of a place."""
    before = bisect_right(words, place.start, key=itemgetter(2))
    after = bisect_left(words, place.end, key=itemgetter(1))
    near = (*words[max(0, before - _REACH) : before], *words[after : after + _REACH])
    return [word for word, _, _ in near]


_NAMES = {"uk": "Ukrainian", "ru": "Russian"}
_TELLING = {
    "uk": re.compile(r"[іїєґ']|[сзц]ьк(?:ий|а)\b|[бвгдзжклмпрстхцчшщ]ний\b"),
    "ru": re.compile(r"[ыэъё]|[сзц]к(?:ий|ая)\b|[бвдзлмнпрст]ева?\b"),
}
"""What only one of the two languages writes, in lower case."""


def _spellings(name: str) -> Iterator[Spelling]:
    cyrillic = list(_cyrillic(name))
    for text, language, system in cyrillic:
        yield Spelling(text=text, language=language, system=system)
    for text, language, _ in cyrillic:
        for roman, spelled in romanisations(text, language):
            system = f"{_NAMES[language]} {roman.name}"
            yield Spelling(text=spelled, language=roman.target, system=system)


def _cyrillic(name: str) -> Iterator[tuple[str, str, str]]:
    """Write `name` in Ukrainian and Russian: texts, languages, and how they came about."""
    if re.search("[а-яё]", name.lower()):
        written = [(name, language, "as given") for language in _languages_of(name)]
    else:
        written = [
            (text, system.target, f"read as {system.name} spelling of {_NAMES[system.target]}")
            for system, text in readings(name)
        ]
    yield from written
    for text, language, _ in written:
        other = "ru" if language == "uk" else "uk"
        form = counterpart(text, language)
        yield form, other, f"{_NAMES[other]} form"
        if language == "uk" and (hard := counterpart(text, language, hard=True)) != form:
            yield hard, other, f"{_NAMES[other]} form, и as ы"


def _languages_of(name: str) -> list[str]:
    return (
        [code for code in _TELLING if knows_given_name(name, code)]
        or [code for code, letters in _TELLING.items() if letters.search(name.lower())]
        or list(_TELLING)
    )


def _territory(country: str) -> str:
    names: dict[str, str] = {
        code: name for code, name in Locale("en").territories.items() if code.isalpha()
    }
    wanted = country.strip()
    by_name = {name.lower(): code for code, name in names.items()}
    aliases: Sequence[str] = get_global("territory_aliases").get(wanted.upper(), ())
    for code in (wanted.upper(), by_name.get(wanted.lower(), ""), *aliases[:1]):
        if code in names:
            return code
    raise ValueError(
        f"no country is called {country!r}{did_you_mean(wanted, names.values())}; "
        "use its code of ISO 3166 or its English name"
    )


def _with_both_chinese(languages: Sequence[str]) -> list[str]:
    both = (["zh-Hans", "zh-Hant"] if language == "zh" else [language] for language in languages)
    return [language for one in both for language in one]


def _country_name(territory: str, language: str) -> str | None:
    try:
        return Locale.parse(language, sep="-").territories.get(territory)
    except (UnknownLocaleError, ValueError):
        return None
