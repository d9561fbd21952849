"""What a match is founded on: every place of every positive term."""

from collections.abc import Callable, Set
from functools import partial

from watcher.match.clauses import Marking
from watcher.match.reading import Marks, View
from watcher.models import Evidence


def evidence_when_asked(marking: Marking, view: View) -> Callable[[], tuple[Evidence, ...]]:
    """Note what is evidence of a clause that holds; its places are made for all matches at once.

    What is returned lists the places of the positive terms, by field and place, none twice.
    """
    numbers = view.found & marking.numbers
    view.told.wanted |= numbers
    return partial(_evidence, marking, numbers, view)


def _evidence(marking: Marking, numbers: Set[int], view: View) -> tuple[Evidence, ...]:
    marks: Marks = {}
    marking.mark(numbers, view, marks)
    return tuple(map(marks.__getitem__, sorted(marks)))
