"""What a topic asks of an item, compiled: each clause holds or not, and has its places."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal, Protocol

from watcher.match.nearness import (
    Partners,
    Window,
    further_ends,
    paragraphs,
    sentences,
    words_between,
)
from watcher.match.reading import MOST_TOLD, Marks, Place, View
from watcher.models import Item
from watcher.nodes import Field
from watcher.text.regex import Find

Numbers = tuple[int, ...] | frozenset[int]
"""What terms are found by; many as a set, so that what was found is looked up in them."""
Need = tuple[float, Numbers]
"""Numbers of which one must be found for a clause to hold, and in what share of items one is."""
Cost = Callable[[int], float]
"""In what share of items a number is found."""


MOST_PLACES = 10_000
"""So many places in one item are looked at for what is near them: hostile texts stay quick."""


class Clause(Protocol):
    """A part of a topic."""

    def holds(self, view: View) -> bool: ...

    def places(self, view: View) -> list[Place]:
        """Where it holds, sorted; only of what may stand inside NEAR, FIRST and ATLEAST."""
        ...

    def leaves(self) -> "Iterator[Leaf]":
        """The parts of it whose every place is evidence: those under no NOT."""
        ...

    def need(self, cost: Cost) -> Need | None:
        """The cheapest that must be found; `None` if it can hold without any."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """Any of some terms: the numbers that mean that one was found."""

    numbers: Numbers

    def holds(self, view: View) -> bool:
        return not view.found.isdisjoint(self.numbers)

    def places(self, view: View) -> list[Place]:
        found = view.found.intersection(self.numbers)
        return sorted({place for number in found for place in view.places[number][:MOST_PLACES]})

    def leaves(self) -> "Iterator[Leaf]":
        yield self

    def need(self, cost: Cost) -> Need | None:
        return sum(map(cost, self.numbers)), self.numbers


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

    def leaves(self) -> "Iterator[Leaf]":
        yield self

    def mark(self, view: View, marks: Marks) -> None:
        """Add every place to `marks`."""
        for place in self.places(view)[:MOST_TOLD]:
            mark = view.reading.mark(place, self.label)
            marks[mark] = view.reading.evidence(mark)

    def need(self, cost: Cost) -> Need | None:
        return _cheapest(word.need(cost) for word in self.words)


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

    def leaves(self) -> "Iterator[Leaf]":
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
class Told:
    """A fact about the item."""

    test: Callable[[Item], bool]

    def holds(self, view: View) -> bool:
        return self.test(view.item)

    def places(self, view: View) -> list[Place]:  # noqa: ARG002 - a fact has no place
        return []

    def leaves(self) -> "Iterator[Leaf]":
        return iter(())

    def need(self, cost: Cost) -> Need | None:  # noqa: ARG002
        return None


@dataclass(frozen=True, slots=True)
class All:
    """Any of each of some terms, none of some others, then what takes longer."""

    needs: tuple[Numbers, ...]
    """The numbers of terms; of each of these one must be found."""
    bars: Numbers
    """Numbers none of which may be found."""
    others: tuple[Clause, ...]

    def holds(self, view: View) -> bool:
        found = view.found
        for numbers in self.needs:
            if found.isdisjoint(numbers):
                return False
        if self.bars and not found.isdisjoint(self.bars):
            return False
        return not self.others or all(part.holds(view) for part in self.others)

    def places(self, view: View) -> list[Place]:  # noqa: ARG002 - never inside NEAR
        return []

    def leaves(self) -> "Iterator[Leaf]":
        yield from map(Terms, self.needs)
        yield from chain.from_iterable(part.leaves() for part in self.others)

    def need(self, cost: Cost) -> Need | None:
        needs: list[Need | None] = [(sum(map(cost, numbers)), numbers) for numbers in self.needs]
        return _cheapest([*needs, *(part.need(cost) for part in self.others)])


@dataclass(frozen=True, slots=True)
class Some:
    """At least `count` of the parts."""

    count: int
    parts: tuple[Clause, ...]

    def holds(self, view: View) -> bool:
        left = self.count
        for part in self.parts:
            left -= part.holds(view)
            if not left:
                return True
        return False

    def places(self, view: View) -> list[Place]:
        return sorted({place for part in self.parts for place in part.places(view)})

    def leaves(self) -> "Iterator[Leaf]":
        return chain.from_iterable(part.leaves() for part in self.parts)

    def need(self, cost: Cost) -> Need | None:
        """Of `count` that hold, one is among any `len(parts) - count + 1`: the cheapest these."""
        needs = sorted(filter(None, (part.need(cost) for part in self.parts)), key=_share)
        enough = len(self.parts) - self.count + 1
        if len(needs) < enough:
            return None
        chosen = needs[:enough]
        numbers = dict.fromkeys(number for _, numbers in chosen for number in numbers)
        return sum(share for share, _ in chosen), tuple(numbers)


@dataclass(frozen=True, slots=True)
class Without:
    """The part does not hold; nothing in it is evidence."""

    part: Clause

    def holds(self, view: View) -> bool:
        return not self.part.holds(view)

    def places(self, view: View) -> list[Place]:  # noqa: ARG002 - never inside NEAR
        return []

    def leaves(self) -> "Iterator[Leaf]":
        return iter(())

    def need(self, cost: Cost) -> Need | None:  # noqa: ARG002
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
        partners = Partners(self.right.places(view), self._window(view), ordered=self.ordered)
        for place in self.left.places(view):
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

    def leaves(self) -> "Iterator[Leaf]":
        yield from self.left.leaves()
        if not self.negated:
            yield from self.right.leaves()

    def need(self, cost: Cost) -> Need | None:
        sides = (self.left,) if self.negated else (self.left, self.right)
        return _cheapest(side.need(cost) for side in sides)


@dataclass(frozen=True, slots=True)
class Early:
    """The part within the first `count` words of a field."""

    count: int
    part: Clause

    def holds(self, view: View) -> bool:
        return self.part.holds(view) and bool(self.places(view))

    def places(self, view: View) -> list[Place]:
        return [place for place in self.part.places(view) if place[2] < self.count]

    def leaves(self) -> "Iterator[Leaf]":
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

    def leaves(self) -> "Iterator[Leaf]":
        return self.part.leaves()

    def need(self, cost: Cost) -> Need | None:
        return self.part.need(cost)


@dataclass(frozen=True, slots=True)
class Within:
    """The part, in some fields only."""

    fields: tuple[Field, ...]
    part: Clause
    marking: "Marking"

    def holds(self, view: View) -> bool:
        return self.part.holds(view.within(self.fields))

    def places(self, view: View) -> list[Place]:
        return self.part.places(view.within(self.fields))

    def leaves(self) -> "Iterator[Leaf]":
        yield self

    def mark(self, view: View, marks: Marks) -> None:
        """Add every place of what is evidence in it to `marks`."""
        inner = view.within(self.fields)
        self.marking.mark(inner.found & self.marking.numbers, inner, marks)

    def need(self, cost: Cost) -> Need | None:
        return self.part.need(cost)


Leaf = Terms | Loose | Pattern | Within


@dataclass(frozen=True, slots=True)
class Marking:
    """What is evidence of a clause: all its terms at once, and what has places of its own."""

    numbers: frozenset[int]
    others: tuple[Loose | Pattern | Within, ...]

    @classmethod
    def of(cls, clause: Clause) -> "Marking":
        """Gather it from the leaves of a clause."""
        numbers: set[int] = set()
        others: dict[int, Loose | Pattern | Within] = {}
        for leaf in clause.leaves():
            if isinstance(leaf, Terms):
                numbers.update(leaf.numbers)
            else:
                others[id(leaf)] = leaf
        return cls(frozenset(numbers), tuple(others.values()))

    def mark(self, numbers: Set[int], view: View, marks: Marks) -> None:
        """Add to `marks` every place of these of its terms and of what else is evidence."""
        for number in numbers:
            marks.update(view.told[number])
        for leaf in self.others:
            leaf.mark(view, marks)


def _cheapest(needs: Iterable[Need | None]) -> Need | None:
    return min(filter(None, needs), default=None, key=_share)


def _share(need: Need) -> float:
    return need[0]
