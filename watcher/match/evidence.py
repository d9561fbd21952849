"""What a match is founded on: every place of every positive term."""

from watcher.match.clauses import Clause
from watcher.match.reading import View
from watcher.models import Evidence
from watcher.nodes import FIELDS


def evidence_of(clause: Clause, view: View) -> tuple[Evidence, ...]:
    """List the places of the positive terms of `clause`, by field and place, none twice."""
    texts = view.reading.texts
    return tuple(
        Evidence(
            field=FIELDS[field],
            start=start,
            end=end,
            text=texts[field].text[start:end],
            term=term,
        )
        for field, start, end, term in sorted(set(clause.marks(view)))
    )
