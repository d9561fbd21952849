"""Words found by their shape: wildcards, beginnings, edit distance; a few look-ups each."""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations

from watcher.text.tokens import ANY, ONE

_WILD = re.compile(f"[{ANY}{ONE}]")
_Rule = tuple[re.Pattern[str] | None, int]
"""What decides (`None`: nothing more to decide), and the number found."""


class Patterns:
    """Finds the numbers of all patterns that a folded word fits."""

    def __init__(self) -> None:
        self._starts: dict[str, list[_Rule]] = {}
        self._ends: dict[str, list[_Rule]] = {}
        self._others: list[_Rule] = []
        self._deletions: dict[str, list[tuple[str, int, int]]] = {}
        self._edits: dict[int, int] = {}
        """How many letters to take off a word, by its length: what it lacks is taken off terms."""
        self._lengths: tuple[dict[str, set[int]], dict[str, set[int]]] = ({}, {})
        """How long beginnings and endings are, by their outermost letters: two, or the only one."""

    def add_beginning(self, beginning: str, number: int) -> None:
        """Find `number` in all words that begin so."""
        self._add_start(beginning, (None, number))

    def add_wildcard(self, pattern: str, number: int) -> None:
        """Find `number` in all words that fit a folded pattern of letters, `ANY` and `ONE`."""
        first, *_, last = _WILD.split(pattern)
        rule = (re.compile(wildcard(pattern), re.DOTALL), number)
        if first and pattern == first + ANY:
            self.add_beginning(first, number)
        elif first:
            self._add_start(first, rule)
        elif last:
            self._ends.setdefault(last, []).append(rule)
            self._lengths[1].setdefault(last[-2:], set()).add(len(last))
        else:
            self._others.append(rule)

    def add_edited(self, word: str, edits: int, number: int) -> None:
        """Find `number` in all words within an edit distance of 1 or 2 (Levenshtein)."""
        for missing in range(-edits, edits + 1):
            length = len(word) - missing
            if length <= _LONGEST_EDITED:
                taken = edits - max(missing, 0)
                self._edits[length] = max(self._edits.get(length, 0), taken)
        for shorter in _deletions(word, edits):
            self._deletions.setdefault(shorter, []).append((word, edits, number))

    def numbers(self, word: str) -> Iterator[int]:
        """Tell what the folded `word` fits; a number may come more than once."""
        starts, ends = self._lengths
        for outermost in (word[:1], word[:2]):
            for length in starts.get(outermost, ()):
                yield from _fitting(word, self._starts.get(word[:length], ()))
        for outermost in (word[-1:], word[-2:]):
            for length in ends.get(outermost, ()):
                yield from _fitting(word, self._ends.get(word[-length:], ()))
        yield from _fitting(word, self._others)
        taken = self._edits.get(len(word))
        if taken is not None:
            yield from self._near(word, taken)

    def _add_start(self, literal: str, rule: _Rule) -> None:
        self._starts.setdefault(literal, []).append(rule)
        self._lengths[0].setdefault(literal[:2], set()).add(len(literal))

    def _near(self, word: str, taken: int) -> Iterator[int]:
        tried = {
            candidate
            for shorter in self._deletions.keys() & _deletions(word, taken)
            for candidate in self._deletions[shorter]
        }
        for other, edits, number in tried:
            if distance(word, other) <= edits:
                yield number


_LONGEST_EDITED = 40
"""Longer words have too many near neighbours to look up."""


def distance(left: str, right: str) -> int:
    """Count the letters to insert, delete or replace to make `left` of `right`."""
    row = list(range(len(right) + 1))
    for count, letter in enumerate(left, start=1):
        previous, row[0] = row[0], count
        for at, other in enumerate(right, start=1):
            previous, row[at] = (
                row[at],
                min(row[at] + 1, row[at - 1] + 1, previous + (letter != other)),
            )
    return row[-1]


def _deletions(word: str, edits: int) -> set[str]:
    """List what is left of `word` without up to `edits` of its letters."""
    kept = range(len(word) - edits, len(word) + 1)
    return {"".join(letters) for left in kept for letters in combinations(word, left)}


def _fitting(word: str, rules: Iterable[_Rule]) -> Iterator[int]:
    for pattern, number in rules:
        if pattern is None or pattern.fullmatch(word):
            yield number


def wildcard(pattern: str) -> str:
    """Write a wildcard as a regular expression that never goes back: linear in the word."""
    first, *others = (_letters(part) for part in pattern.split(ANY))
    inside = "".join(f"(?>.*?{part})" for part in others[:-1] if part)
    last = f".*{others[-1]}" if others else ""
    return first + inside + last


def _letters(part: str) -> str:
    return "".join("." if letter == ONE else re.escape(letter) for letter in part)
