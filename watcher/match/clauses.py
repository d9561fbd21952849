"""What a topic asks of an item, compiled: each clause holds or not, and has its places."""

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from watcher.match.reading import Marks, Place, View
from watcher.models import Item
from watcher.nodes import Field

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


class Placed(Clause, Protocol):
    """A part whose places are no terms'."""

    def mark(self, view: View, marks: Marks) -> None:
        """Add every place of what is evidence in it to `marks`."""
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
        return cheapest([*needs, *(part.need(cost) for part in self.others)])


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


Leaf = Terms | Placed


@dataclass(frozen=True, slots=True)
class Marking:
    """What is evidence of a clause: all its terms at once, and what has places of its own."""

    numbers: frozenset[int]
    others: tuple[Placed, ...]

    @classmethod
    def of(cls, clause: Clause) -> "Marking":
        """Gather it from the leaves of a clause."""
        numbers: set[int] = set()
        others: dict[int, Placed] = {}
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


def cheapest(needs: Iterable[Need | None]) -> Need | None:
    """Choose what is found in the fewest items."""
    return min(filter(None, needs), default=None, key=_share)


def _share(need: Need) -> float:
    return need[0]
