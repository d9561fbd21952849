"""Terms of one OR that find the same words: by case, accents, script variants or inflection."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from watcher.errors import Problem
from watcher.nodes import Node, Or, Term
from watcher.text.fold import fold
from watcher.text.lemmas import Inflector, Key
from watcher.text.tokens import split
from watcher.watchlist.clauses import parts_of
from watcher.watchlist.compile import Written

_MEMBER = re.compile(r"\[\d+\]$")


@dataclass(frozen=True, slots=True)
class _Placed:
    term: Term
    written: Written


def equal_terms(written: Iterable[Written], inflector: Inflector) -> Iterator[Problem]:
    """Tell each term that an earlier one beside it already finds."""
    finder = _Finder(inflector)
    for terms in _side_by_side(written):
        seen: dict[str | Key, _Placed] = {}
        for placed in terms:
            if other := finder.same(placed, seen):
                yield _told(placed, other)


def _side_by_side(written: Iterable[Written]) -> Iterator[list[_Placed]]:
    """Gather the terms of which any will do: of a list with its ORs, and of each inner OR."""
    lists: dict[tuple[str, str], list[_Placed]] = {}
    for each in written:
        key = (each.text.source.name, _MEMBER.sub("", each.text.path))
        lists.setdefault(key, []).extend(_Placed(term, each) for term in _direct(each.node))
        for inner in _inner_ors(each.node):
            yield [_Placed(term, each) for term in _direct(inner)]
    yield from lists.values()


def _direct(node: Node) -> list[Term]:
    parts = node.parts if isinstance(node, Or) else (node,)
    return [part for part in parts if isinstance(part, Term)]


def _inner_ors(node: Node) -> Iterator[Or]:
    for part in parts_of(node):
        if isinstance(part, Or):
            yield part
        yield from _inner_ors(part)


class _Finder:
    def __init__(self, inflector: Inflector) -> None:
        self._inflector = inflector
        self._term_keys = cache(lambda word, name: inflector.term_keys(word, name=name))
        self._text_keys = cache(inflector.text_keys)

    def same(self, placed: _Placed, seen: dict[str | Key, _Placed]) -> _Placed | None:
        """Find a term that was seen before and is the same; this one is seen from now on."""
        term = placed.term
        words = split(term.text)
        known = seen.setdefault(_written_alike(term, words), placed)
        if known is not placed:
            return known
        if not _inflects(term):
            return None
        for key in self._text_keys(words[0], self._inflector.languages):
            other = seen.get(key)
            if other and self._equal(words, term, other.term):
                return other
        for key in self._term_keys(words[0], term.name):
            seen.setdefault(key, placed)
        return None

    def _equal(self, words: Sequence[str], term: Term, other: Term) -> bool:
        """Tell whether each of two terms finds the other as it is written."""
        others = split(other.text)
        return len(words) == len(others) and all(
            self._finds(word, term.name, with_) and self._finds(with_, other.name, word)
            for word, with_ in zip(words, others, strict=True)
        )

    def _finds(self, word: str, name: bool, in_text: str) -> bool:  # noqa: FBT001 - of a Term
        """Tell whether a term finds a word in texts of every language that has the word."""
        if fold(word) == fold(in_text):
            return True
        keys = self._term_keys(word, name)
        languages = self._inflector.known_in(in_text) or {code.split()[0] for code, _ in keys}
        return bool(languages) and all(
            keys & self._text_keys(in_text, language) for language in languages
        )


def _inflects(term: Term) -> bool:
    return not (term.exact or term.wildcard or term.edits)


def _written_alike(term: Term, words: Sequence[str]) -> str:
    text = " ".join(map(fold, words)) if _inflects(term) else term.text
    return f"{text} {term.exact} {term.wildcard} {term.slop} {term.edits}"


def _told(placed: _Placed, other: _Placed) -> Problem:
    text, earlier = placed.term.text, other.term.text
    line = other.written.text.place(_offset(other)).line
    if text == earlier:
        why = f"{text!r} stands twice; first in line {line}"
    else:
        why = f"{text!r} is found by {earlier!r} already (line {line})"
    return placed.written.text.problem(why, _offset(placed))


def _offset(placed: _Placed) -> int:
    return max(placed.written.text.value.find(placed.term.text), 0)
