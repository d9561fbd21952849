"""What a match is founded on: every place of every positive term."""

from watcher.match.clauses import Clause
from watcher.match.reading import Mark, View
from watcher.models import Evidence
from watcher.nodes import FIELDS


def evidence_of(clause: Clause, view: View) -> tuple[Evidence, ...]:
    """List the places of the positive terms of `clause`, by field and place, none twice."""
    marks: set[Mark] = set()
    clause.mark(view, marks)
    told = view.reading.told
    return tuple([told.get(mark) or evidence(view, mark) for mark in sorted(marks)])


def evidence(view: View, mark: Mark) -> Evidence:
    """Tell of one place."""
    field, start, end, term = mark
    text = view.reading.texts[field].text[start:end]
    told = Evidence(field=FIELDS[field], start=start, end=end, text=text, term=term)
    view.reading.told[mark] = told
    return told
