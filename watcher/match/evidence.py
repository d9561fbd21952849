"""What a match is founded on: every place of every positive term."""

from collections.abc import Callable
from functools import partial

from watcher.match.clauses import Marking
from watcher.match.reading import Marks, View
from watcher.models import Evidence


def evidence_when_asked(marking: Marking, view: View) -> Callable[[], tuple[Evidence, ...]]:
    """Note what is evidence of a clause that holds; its places are made for all matches at once.

    What is returned lists the places of the positive terms, by field and place, none twice.
    """
    numbers = marking.numbers & view.found
    view.told.wanted |= numbers
    return partial(_evidence, marking, numbers, view)


def _evidence(marking: Marking, numbers: frozenset[int], view: View) -> tuple[Evidence, ...]:
    """List it; topics of the same actor are often founded on the same terms of an item."""
    if marking.others:
        return _listed(marking, numbers, view)
    known = view.told.of_terms
    if numbers not in known:
        known[numbers] = _listed(marking, numbers, view)
    return known[numbers]


def _listed(marking: Marking, numbers: frozenset[int], view: View) -> tuple[Evidence, ...]:
    marks: Marks = {}
    marking.mark(numbers, view, marks)
    return tuple(map(marks.__getitem__, sorted(marks)))
