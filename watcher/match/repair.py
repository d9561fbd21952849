"""The smallest set of clauses whose change would make a topic hold."""

from collections.abc import Iterable, Iterator
from itertools import combinations, islice

from watcher.match.steps import Leaf, Step

MOST_LOOKS = 1_000_000
"""So often is a clause looked at where one stands in several places: a second or so."""


def smallest_repair(root: Step) -> list[Step] | None:
    """Choose the fewest clauses that would make `root` hold if each turned to its opposite.

    An empty list where clauses contradict each other, so that nothing would; `None` where the
    first sets would not, and others were not tried (`MOST_LOOKS`).
    """
    chosen = list(_distinct(_to_make(root, held=True)))
    leaves = list(_leaves(root))
    clauses = list(_distinct(leaves))
    if len(clauses) == len(leaves):  # each stands once: choosing part by part is the best
        return chosen
    works = _holds(root, {step.leaf for step in chosen})
    most = len(chosen) - 1 if works else len(clauses)
    sets = (some for size in range(1, most + 1) for some in combinations(clauses, size))
    for some in islice(sets, MOST_LOOKS // len(leaves)):
        if _holds(root, {step.leaf for step in some}):
            return list(some)
    if works:
        return chosen
    return None if next(sets, None) else []


def _to_make(step: Step, *, held: bool) -> list[Step]:
    """List the clauses to turn so that `step` holds, or does not."""
    if step.needs is None:
        return [] if step.held == held else [step]
    if step.needs == 0:
        return _to_make(step.parts[0], held=not held)
    enough = step.needs if held else len(step.parts) - step.needs + 1
    ways = sorted((_to_make(part, held=held) for part in step.parts), key=len)
    return [turned for way in ways[:enough] for turned in way]


def _holds(step: Step, turned: set[Leaf | None]) -> bool:
    if step.needs is None:
        return step.held != (step.leaf in turned)
    holding = sum(_holds(part, turned) for part in step.parts)
    return holding >= step.needs if step.needs else not holding


def _leaves(step: Step) -> Iterator[Step]:
    if step.needs is None:
        yield step
    else:
        for part in step.parts:
            yield from _leaves(part)


def _distinct(steps: Iterable[Step]) -> Iterable[Step]:
    return {step.leaf: step for step in steps}.values()
