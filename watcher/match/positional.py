"""Clauses that ask where in a text things are: in order, near each other, early, often."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from watcher.match.clauses import MOST_PLACES, Clause, Cost, Leaf, Need, Terms, cheapest
from watcher.match.nearness import (
    Partners,
    Window,
    further_ends,
    paragraphs,
    sentences,
    words_between,
)
from watcher.match.reading import MOST_TOLD, Marks, Place, View
from watcher.text.regex import Find


@dataclass(frozen=True, slots=True)
class Loose:
    """A phrase with gaps (`"a b"~4`): its words in order, at most `slop` others between in all."""

    label: str
    words: tuple[Terms, ...]
    slop: int

    def holds(self, view: View) -> bool:
        return all(word.holds(view) for word in self.words) and any(True for _ in self._found(view))

    def places(self, view: View) -> list[Place]:
        # many of one start: it may end at any of its last words within the gap
        return sorted(set(islice(self._found(view), 10 * MOST_PLACES)))

    def _found(self, view: View) -> Iterator[Place]:
        first, *others = (word.places(view) for word in self.words)
        for field, start, last in first[:MOST_PLACES]:
            ends = [(last, 0)]
            for word in others:
                ends = further_ends(field, ends, word, slop=self.slop)
            for end, _ in ends:
                yield field, start, end

    def leaves(self) -> Iterator[Leaf]:
        yield self

    def mark(self, view: View, marks: Marks) -> None:
        """Add every place to `marks`."""
        for place in self.places(view)[:MOST_TOLD]:
            mark = view.reading.mark(place, self.label)
            marks[mark] = view.reading.evidence(mark)

    def need(self, cost: Cost) -> Need | None:
        return cheapest(word.need(cost) for word in self.words)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over the text as given."""

    label: str
    find: Find

    def holds(self, view: View) -> bool:
        return any(True for _ in self._found(view))

    def places(self, view: View) -> list[Place]:
        found: set[Place] = set()
        for field, start, end in self._found(view):
            spans = view.reading.texts[field].spans
            first = bisect_right(spans, start, key=lambda span: span[1])
            last = bisect_left(spans, end, key=lambda span: span[0]) - 1
            if first <= last:
                found.add((field, first, last))
        return sorted(found)

    def leaves(self) -> Iterator[Leaf]:
        yield self

    def mark(self, view: View, marks: Marks) -> None:
        """Add every place to `marks`."""
        for place in islice(self._found(view), MOST_TOLD):
            mark = (*place, self.label)
            marks[mark] = view.reading.evidence(mark)

    def _found(self, view: View) -> Iterator[tuple[int, int, int]]:
        for text in view.texts:
            for start, end in self.find(text.text):
                yield text.index, start, end

    def need(self, cost: Cost) -> Need | None:  # noqa: ARG002 - it reads the text itself
        return None


@dataclass(frozen=True, slots=True)
class Close:
    """Left and right near each other; `negated`: a left with no right near it."""

    left: Clause
    right: Clause
    distance: int | Literal["s", "p"]
    ordered: bool
    negated: bool

    def holds(self, view: View) -> bool:
        return any(True for _ in self._found(view))

    def places(self, view: View) -> list[Place]:
        return sorted(set(islice(self._found(view), MOST_PLACES)))

    def _found(self, view: View) -> Iterator[Place]:
        sides = (self.left,) if self.negated else (self.left, self.right)
        if any(isinstance(side, Terms) and not side.holds(view) for side in sides):
            return  # places take longer; what is no term is asked for them once, not twice
        if not (lefts := self.left.places(view)):
            return
        partners = Partners(self.right.places(view), self._window(view), ordered=self.ordered)
        for place in lefts:
            if self.negated:
                if not any(True for _ in partners.spans(place)):
                    yield place
            else:
                yield from partners.spans(place)

    def _window(self, view: View) -> Window:
        if self.distance == "s":
            return sentences(view.reading.texts)
        if self.distance == "p":
            return paragraphs(view.reading.texts)
        return words_between(self.distance)

    def leaves(self) -> Iterator[Leaf]:
        yield from self.left.leaves()
        if not self.negated:
            yield from self.right.leaves()

    def need(self, cost: Cost) -> Need | None:
        sides = (self.left,) if self.negated else (self.left, self.right)
        return cheapest(side.need(cost) for side in sides)


@dataclass(frozen=True, slots=True)
class Early:
    """The part within the first `count` words of a field."""

    count: int
    part: Clause

    def holds(self, view: View) -> bool:
        return self.part.holds(view) and bool(self.places(view))

    def places(self, view: View) -> list[Place]:
        return [place for place in self.part.places(view) if place[2] < self.count]

    def leaves(self) -> Iterator[Leaf]:
        return self.part.leaves()

    def need(self, cost: Cost) -> Need | None:
        return self.part.need(cost)


@dataclass(frozen=True, slots=True)
class Often:
    """The part at `count` places or more that do not overlap, over all fields."""

    count: int
    part: Clause

    def holds(self, view: View) -> bool:
        return self.part.holds(view) and len(self.places(view)) >= self.count

    def places(self, view: View) -> list[Place]:
        """The most places that do not overlap: always the one that ends first."""
        kept: list[Place] = []
        field, end = -1, -1
        for place in sorted(self.part.places(view), key=lambda place: (place[0], place[2])):
            if place[0] != field or place[1] > end:
                kept.append(place)
                field, _, end = place
        return kept

    def leaves(self) -> Iterator[Leaf]:
        return self.part.leaves()

    def need(self, cost: Cost) -> Need | None:
        return self.part.need(cost)
