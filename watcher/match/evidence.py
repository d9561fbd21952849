"""What a match is founded on: every place of every positive term."""

from watcher.match.clauses import Clause
from watcher.match.reading import Marks, View
from watcher.models import Evidence


def evidence_of(clause: Clause, view: View) -> tuple[Evidence, ...]:
    """List the places of the positive terms of `clause`, by field and place, none twice."""
    marks: Marks = {}
    clause.mark(view, marks)
    return tuple(map(marks.__getitem__, sorted(marks)))
