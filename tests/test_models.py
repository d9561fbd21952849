"""Items read from JSON, and matches that make their evidence when asked."""

from datetime import UTC, datetime
from typing import Any

import pytest

from watcher.models import Evidence, Item, Match


def test_an_item_reads_its_json_and_ignores_the_rest() -> None:
    item = Item.from_json(
        {
            "id": 7,
            "title": "A flood",
            "summary": None,
            "published": "2026-03-01T12:00:00+02:00",
            "seen": "2026-03-02",
            "tags": ["river"],
            "colour": "blue",
        }
    )
    assert item == Item(
        id=7,
        title="A flood",
        published_at=datetime(2026, 3, 1, 10, tzinfo=UTC),
        seen_at=datetime(2026, 3, 2, tzinfo=UTC),
        tags=("river",),
    )


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        pytest.param({"id": None}, "'id'", id="no id"),
        pytest.param({"id": 1.5}, "'id'", id="a fraction for an id"),
        pytest.param({"id": True}, "'id'", id="a truth for an id"),
        pytest.param({"title": 3}, "'title' must be a text", id="a number for a title"),
        pytest.param({"published": "soon"}, "ISO 8601", id="no date"),
        pytest.param({"seen": "0001-01-01T00:00+01:00"}, "ISO 8601", id="before the first day"),
        pytest.param({"tags": "river"}, "'tags'", id="one text for tags"),
        pytest.param({"tags": 5}, "'tags'", id="a number for tags"),
        pytest.param({"tags": [1]}, "'tags'", id="numbers among tags"),
    ],
)
def test_what_is_no_item_is_refused_with_its_key(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Item.from_json({"id": "1", **wrong})


def test_what_no_text_can_hold_is_replaced_where_it_stands() -> None:
    item = Item.from_json({"id": 1, "title": "a \ud800 flood\x00", "tags": ["\udfff"]})
    assert (item.title, item.tags) == ("a \ufffd flood\ufffd", ("\ufffd",))


def test_a_match_looks_for_its_evidence_once() -> None:
    looked = []

    def find() -> tuple[Evidence, ...]:
        looked.append(1)
        return (Evidence(field="title", start=0, end=5, text="flood", term="flood"),)

    match = Match("floods", find)
    assert looked == []
    assert match.evidence == match.evidence
    assert looked == [1]
    assert "floods" in repr(match)
