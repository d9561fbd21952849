"""What a match is founded on: every place of every positive term."""

from watcher.match.clauses import Marking
from watcher.match.reading import Marks, View
from watcher.models import Evidence


def evidence_of(marking: Marking, view: View) -> tuple[Evidence, ...]:
    """List the places of the positive terms of a clause, by field and place, none twice."""
    marks: Marks = {}
    marking.mark(view, marks)
    return tuple(map(marks.__getitem__, sorted(marks)))
