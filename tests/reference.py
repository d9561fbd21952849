"""The meaning of topics, slow and plain: no index, no cache, every clause tried at every place.

It decides what the matcher must find. It knows no inflection.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product

from watcher.match.facts import test_of as fact_test
from watcher.models import Item, Topic
from watcher.nodes import (
    And,
    AtLeast,
    AtLeastOf,
    Fact,
    Field,
    First,
    Group,
    In,
    Near,
    Node,
    Not,
    Or,
    Regex,
    Term,
)
from watcher.text.affixes import cores
from watcher.text.fold import fold, letter_by_letter, plain

APOSTROPHES = "'’‘ʼʻʹ＇\u05f3"
HYPHENS = "-‐‑－"
NOTHING = {chr(code) for code in (0xAD, 0x61C, 0xFEFF, *range(0xFE00, 0xFE10))}
NOTHING |= {chr(code) for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F))}
NOTHING |= {chr(code) for code in range(0x2060, 0x206A)}
VOICED = "\uff9e\uff9f"
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003fffd]"
)
SENTENCE_END = re.compile(rf"[.!?…؟]+(?=[{''.join(NOTHING)}]*(\s|$))|[。！？]+")
PARAGRAPH_END = re.compile(r"(\r\n?+|\n)[^\S\r\n]*[\r\n]\s*|\u2029|</?[pP][^<>]*>")

Place = tuple[Field, int, int]
Mark = tuple[Field, int, int, str]


def _kind(character: str) -> str:
    if character in NOTHING:
        return "joiner"
    category = unicodedata.category(character)[0]
    if category == "M":
        return "mark"
    if UNSPACED.match(character):
        return "single" if category in "LN" else ""
    if character in APOSTROPHES:
        return "apostrophe"
    return "letter" if category in "LN" else ""


@cache
def words_of(text: str) -> list[tuple[int, int]]:
    """Where the words are, one character at a time."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        end = at + 1
        kind = _kind(text[at])
        if kind == "single":
            while end < len(text) and (
                _kind(text[end]) in {"mark", "joiner"} or text[end] in VOICED
            ):
                end += 1
            found.append((at, end))
        elif kind in {"letter", "mark"}:
            while end < len(text) and _goes_on(text, end):
                end += 1
            found.append((at, end))
        at = end
    return found


def _goes_on(text: str, at: int) -> bool:
    inside = {"letter", "mark", "joiner"}
    if _kind(text[at]) == "apostrophe":
        return at + 1 < len(text) and _kind(text[at + 1]) in inside
    return _kind(text[at]) in inside


@dataclass(frozen=True)
class Reference:
    """One item, asked about everything anew."""

    item: Item

    def matches(self, topic: Topic) -> bool:
        if topic.unless is not None and self.holds(topic.unless, topic.fields):
            return False
        return self.holds(topic.query, topic.fields)

    def evidence(self, topic: Topic) -> set[Mark]:
        return set(self.marks(topic.query, topic.fields))

    def holds(  # noqa: PLR0911 - one for each kind of node
        self, node: Node, fields: tuple[Field, ...]
    ) -> bool:
        match node:
            case And():
                return all(self.holds(part, fields) for part in node.parts)
            case Or():
                return any(self.holds(part, fields) for part in node.parts)
            case AtLeastOf():
                return sum(self.holds(part, fields) for part in node.parts) >= node.count
            case Not():
                return not self.holds(node.part, fields)
            case Group():
                return self.holds(node.part, fields)
            case In():
                return self.holds(node.part, (node.field,))
            case Fact():
                return fact_test(node)(self.item)
            case Regex():
                return any(True for _ in self.marks(node, fields))
            case AtLeast():
                return self._most_apart(self.places(node.part, fields)) >= node.count
            case _:
                return bool(self.places(node, fields))

    def places(self, node: Node, fields: tuple[Field, ...]) -> set[Place]:
        match node:
            case Term():
                return {place for field in fields for place in self._term(node, field)}
            case Regex():
                return set(self._words_under(node, fields))
            case Or():
                return {place for part in node.parts for place in self.places(part, fields)}
            case Group():
                return self.places(node.part, fields)
            case First():
                return {p for p in self.places(node.part, fields) if p[2] < node.count}
            case Near():
                return self._near(node, fields)
            case _:
                raise AssertionError(node)

    def marks(  # noqa: C901, PLR0912 - one for each kind of node
        self, node: Node, fields: tuple[Field, ...]
    ) -> Iterator[Mark]:
        match node:
            case Term():
                for field, first, last in self.places(node, fields):
                    spans = words_of(getattr(self.item, field))
                    yield field, spans[first][0], spans[last][1], node.text
            case Regex():
                label = f"/{node.pattern}/{'i' if node.ignore_case else ''}"
                flags = re.IGNORECASE if node.ignore_case else 0
                for field in fields:
                    for found in re.finditer(node.pattern, getattr(self.item, field), flags):
                        if found.group():
                            yield field, found.start(), found.end(), label
            case And() | Or() | AtLeastOf():
                for part in node.parts:
                    yield from self.marks(part, fields)
            case Group() | First() | AtLeast():
                yield from self.marks(node.part, fields)
            case In():
                yield from self.marks(node.part, (node.field,))
            case Near():
                yield from self.marks(node.left, fields)
                if not node.negated:
                    yield from self.marks(node.right, fields)
            case Not() | Fact():
                pass

    def _words_under(self, node: Regex, fields: tuple[Field, ...]) -> Iterator[Place]:
        for field, start, end, _ in self.marks(node, fields):
            spans = words_of(getattr(self.item, field))
            under = [at for at, (a, z) in enumerate(spans) if a < end and z > start]
            if under:
                yield field, under[0], under[-1]

    def _near(self, node: Near, fields: tuple[Field, ...]) -> set[Place]:
        lefts, rights = self.places(node.left, fields), self.places(node.right, fields)
        joined: dict[Place, set[Place]] = {left: set() for left in lefts}
        for left, right in product(lefts, rights):
            first, second = sorted((left, right), key=lambda place: place[1])
            if left[0] != right[0] or first[2] >= second[1]:
                continue
            if node.ordered and first != left:
                continue
            whole = (left[0], first[1], second[2])
            if self._in_reach(node, second[1] - first[2] - 1, whole):
                joined[left].add(whole)
        if node.negated:
            return {left for left, spans in joined.items() if not spans}
        return set().union(*joined.values())

    def _in_reach(self, node: Near, between: int, whole: Place) -> bool:
        if isinstance(node.distance, int):
            return between <= node.distance
        text = getattr(self.item, whole[0])
        ends = {found.end() for found in PARAGRAPH_END.finditer(text)}
        if node.distance == "s":
            ends |= {found.end() for found in SENTENCE_END.finditer(text)}
        spans = words_of(text)
        first, last = spans[whole[1]][0], spans[whole[2]][0]
        return not any(first < end <= last for end in ends)

    def _most_apart(self, places: set[Place]) -> int:
        """Take each place or leave it; the most that can be taken without an overlap."""
        most = [0]
        ordered = sorted(places, reverse=True)
        for field, _, last in ordered:
            free = [p for p in ordered if p > (field, last, 10**9) or p[0] > field]
            most.append(max(most[-1], 1 + most[len(free)]))
        return most[-1]

    def _term(self, term: Term, field: Field) -> Iterator[Place]:
        text = getattr(self.item, field)
        spans = words_of(text)
        for spelling in _spellings(term):
            for first in range(len(spans)):
                for last, used in self._follow(term, text, spans, spelling, first):
                    if used <= term.slop:
                        yield field, first, last

    def _follow(
        self, term: Term, text: str, spans: list[tuple[int, int]], spelling: list[str], first: int
    ) -> Iterator[tuple[int, int]]:
        """Where a spelling may end that begins with word `first`, and how many words it skipped."""
        word, *others = spelling
        for last, surface in _units(text, spans, first):
            if not _equal(term, word, surface) or (term.exact and last > first):
                continue
            if not others:
                yield last, 0
            for skipped in range(term.slop + 1 if others else 0):
                if last + 1 + skipped < len(spans):
                    for end, used in self._follow(term, text, spans, others, last + 1 + skipped):
                        yield end, used + skipped


def _units(text: str, spans: list[tuple[int, int]], first: int) -> Iterator[tuple[int, str]]:
    """The word at `first`; and as one, it and what hyphens join to it (three parts at most)."""
    surface = text[slice(*spans[first])]
    yield first, surface
    for last in range(first + 1, min(first + 3, len(spans))):
        gap = _seen(text[spans[last - 1][1] : spans[last][0]])
        if len(gap) != 1 or gap not in HYPHENS:
            return
        surface += text[slice(*spans[last])]
        yield last, surface


def _seen(gap: str) -> str:
    return "".join(character for character in gap if character not in NOTHING)


def _spellings(term: Term) -> list[list[str]]:
    text = term.text
    if term.wildcard:
        return _wild_spellings(text)
    spans = words_of(text)
    words = [text[start:end] for start, end in spans]
    gaps = [_seen(text[end:start]) for (_, end), (start, _) in pairwise(spans)]
    return _closed(words, gaps, closable=not term.exact)


def _wild_spellings(text: str) -> list[list[str]]:
    pieces = [piece for piece in re.split(r"([\s-]+)", text) if piece]
    words, gaps = pieces[::2], pieces[1::2]
    return _closed(words, gaps, closable=True)


def _closed(words: list[str], gaps: list[str], *, closable: bool) -> list[list[str]]:
    spaced = not any(UNSPACED.match(word) for word in words)
    joints = [
        at
        for at, gap in enumerate(gaps)
        if (gap in HYPHENS and gap) or (len(words) == 2 and gap.isspace())
    ][:3]
    if not closable or not spaced:
        joints = []
    spellings = []
    for choice in product((False, True), repeat=len(joints)):
        spelling = [words[0]]
        for at, word in enumerate(words[1:]):
            if at in joints and choice[joints.index(at)]:
                spelling[-1] += word
            else:
                spelling.append(word)
        spellings.append(spelling)
    return spellings


def _equal(term: Term, word: str, surface: str) -> bool:
    if len(surface) > 200:
        return False
    for core in cores(surface):
        have, want = fold(core), fold(word)
        ways = {have, letter_by_letter(core) or have}
        if term.exact:
            same = plain(core) == plain(word)
        elif term.edits:
            same = any(_distance(written, want) <= term.edits for written in ways)
        elif term.wildcard and ("*" in word or "?" in word):
            same = any(_fits(written, want) for written in ways)
        else:
            is_korean = re.search("[\uac00-\ud7a3]", want) is not None
            same = have == want or (is_korean and have.startswith(want))
        if same:
            return True
    return False


def _fits(word: str, pattern: str) -> bool:
    if not pattern:
        return not word
    if pattern[0] == "*":
        return any(_fits(word[at:], pattern[1:]) for at in range(len(word) + 1))
    return bool(word) and pattern[0] in {"?", word[0]} and _fits(word[1:], pattern[1:])


@cache
def _distance(left: str, right: str) -> int:
    if not left or not right:
        return len(left) + len(right)
    if left[0] == right[0]:
        return _distance(left[1:], right[1:])
    ways = ((left[1:], right), (left, right[1:]), (left[1:], right[1:]))
    return 1 + min(_distance(*way) for way in ways)
