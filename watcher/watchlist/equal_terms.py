"""Terms of one OR that another one finds: by case, accents, script variants or inflection."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from watcher.errors import Problem
from watcher.nodes import Node, Or, Term, parts_of
from watcher.text.fold import fold
from watcher.text.lemmas import NAME, Inflector, Key, is_written_in, script_of
from watcher.text.tokens import HYPHENS, split
from watcher.watchlist.clauses import may_close
from watcher.watchlist.compile import Written

_MEMBER = re.compile(r"\[\d+\]$")
_HYPHEN = re.compile(rf"(?<=\w)[{re.escape(HYPHENS)}](?=\w)")
_OBLIQUE = re.compile("^[А-ЯЄІЇҐ].*[оеє](?:го|му)$")
"""A name that cannot be a nominative. Other forms are written beside their base on purpose:
what is a mere form in one language is a word of its own in the next."""


@dataclass(frozen=True, slots=True)
class _Placed:
    term: Term
    written: Written


def equal_terms(written: Iterable[Written], inflector: Inflector) -> Iterator[Problem]:
    """Tell each term whose every form another one beside it finds."""
    finder = _Finder(inflector)
    for terms in _side_by_side(written):
        beside = _Beside()
        for placed in terms:
            if found := finder.needless(placed, beside):
                yield _told(*found)


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


@dataclass(frozen=True, slots=True)
class _Beside:
    """The terms of one list so far."""

    seen: dict[str | Key, _Placed] = field(default_factory=dict)
    """By how they are written, and by what they find."""
    mere_forms: dict[Key, _Placed] = field(default_factory=dict)
    """Those that another one may find, though they do not find it; by what finds them."""


class _Finder:
    def __init__(self, inflector: Inflector) -> None:
        self._inflector = inflector
        self._term_keys = cache(inflector.term_keys)
        self._text_keys = cache(inflector.text_keys)

    def needless(self, placed: _Placed, beside: _Beside) -> tuple[_Placed, _Placed] | None:
        """Find a needless term, and the one that finds it; one of them is this one.

        This one is beside the others from now on.
        """
        term, seen = placed.term, beside.seen
        words = split(term.text)
        alike = _written_alike(term, words)
        known = seen.setdefault(alike, placed)
        if known is not placed:
            if not _inflects(term) or self._covers(known.term, term):
                return placed, known
            seen[alike] = placed
            return (known, placed) if self._covers(term, known.term) else None
        if not _inflects(term):
            return None
        closed = _HYPHEN.sub("", term.text)
        if closed != term.text:
            other = seen.setdefault(_written_alike(term, split(closed)), placed)
            if other is not placed and self._covers(term, other.term):
                return other, placed
        return self._inflected(placed, beside)

    def _inflected(self, placed: _Placed, beside: _Beside) -> tuple[_Placed, _Placed] | None:
        term = placed.term
        words = split(term.text)
        # The matcher takes any word with a capital for a name.
        finding = self._term_keys(words[0], name=True)
        forms = self._text_keys(words[0], self._inflector.languages)
        for key in forms:
            other = beside.seen.get(key)
            if other and self._covers(other.term, term):
                return placed, other
        for key in finding:
            other = beside.mere_forms.get(key)
            if other and self._covers(term, other.term):
                return other, placed
        for key in finding:
            beside.seen.setdefault(key, placed)
        if any(map(self._is_mere_form, words)):
            for key in forms:
                beside.mere_forms.setdefault(key, placed)
        return None

    def _covers(self, term: Term, other: Term) -> bool:
        """Tell whether a term finds all that another one finds, word by word."""
        others = split(other.text)
        if len(split(term.text)) != len(others):
            term = replace(term, text=_HYPHEN.sub("", term.text))
        words = split(term.text)
        return (
            len(words) == len(others)
            and term.slop >= other.slop
            and may_close(term).issuperset(may_close(other))
            and all(
                self._finds_all_of(word, with_)
                and (self._is_mere_form(with_) or self._finds(with_, word, name=other.name))
                for word, with_ in zip(words, others, strict=True)
            )
        )

    def _finds_all_of(self, word: str, other: str) -> bool:
        """Tell whether a word finds what another one finds, in each language of its script.

        A mere form declines no further.
        """
        keys = self._term_keys(word, name=True)
        script = script_of(other[0])
        return all(
            keys & self._text_keys(other, code)
            for code in self._inflector.languages
            if fold(word) != fold(other) and is_written_in(code, script)
        ) and all(
            keys & self._forms_of(key, other)
            for key in self._term_keys(other, name=not self._is_mere_form(other)).difference(keys)
        )

    def _forms_of(self, key: Key, word: str) -> frozenset[Key]:
        """Tell what else a text word is a form of that `word` finds by `key`."""
        code, form = key
        if code.endswith(NAME):
            return self._text_keys(form.capitalize(), code.removesuffix(NAME))
        keys = self._text_keys(word, code)
        # What a dictionary does not take for a base form, it finds no other forms of.
        return keys if form == fold(word) and key not in keys else frozenset()

    def _is_mere_form(self, word: str) -> bool:
        """Tell whether a word is surely no base form, in no language: *Путина* may be a woman."""
        is_base = any(
            (code, fold(word)) in self._text_keys(word, code)
            for code in self._inflector.known_in(word)
        )
        return not is_base and (word.isupper() or _OBLIQUE.search(word) is not None)

    def _finds(self, word: str, in_text: str, *, name: bool) -> bool:
        """Tell whether a term finds a word in texts of every language that has the word."""
        if fold(word) == fold(in_text):
            return True
        keys = self._term_keys(word, name=name)
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
    text, finding = _quoted(placed.term), _quoted(other.term)
    line = other.written.text.place(_offset(other)).line
    if text == finding:
        why = f"{text} stands twice; first in line {line}"
    else:
        why = f"{text} is found by {finding} already (line {line})"
    return placed.written.text.problem(why, _offset(placed))


def _quoted(term: Term) -> str:
    return f"{term.text!r}~{term.slop}" if term.slop else repr(term.text)


def _offset(placed: _Placed) -> int:
    term = placed.term
    return max(placed.written.text.value.find(term.text, term.at), term.at)
