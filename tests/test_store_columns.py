from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.clock import moment_text
from watcher.models import Evidence, Hints, PollStats
from watcher.store import columns

FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
SECONDS = st.integers(0, int((LAST - FIRST).total_seconds())).map(
    lambda seconds: FIRST + timedelta(seconds=seconds)
)


@given(SECONDS)
def test_a_moment_comes_back_as_it_was(moment: datetime) -> None:
    assert columns.moment(moment_text(moment)) == moment


def test_no_text_is_no_moment() -> None:
    assert columns.moment(None) is None


@given(st.floats(0, 1e9), st.integers(0, 10_000))
def test_statistics_come_back_exactly(count: float, shown: int) -> None:
    stats = PollStats(
        observed_at=datetime(2026, 3, 1, tzinfo=UTC),
        items=count,
        hours=(count,) * 24,
        document_items=shown,
    )
    assert columns.stats(columns.stats_text(stats)) == stats


def test_a_feed_without_statistics_has_those_of_a_new_one() -> None:
    assert columns.stats("") == PollStats()


@pytest.mark.parametrize(
    "hints",
    [
        pytest.param(Hints(), id="none"),
        pytest.param(
            Hints(
                max_age=timedelta(seconds=90),
                ttl=timedelta(hours=1),
                update_period=timedelta(days=1),
                update_base=FIRST,
                skip_hours=frozenset({0, 23}),
                skip_days=frozenset({6}),
            ),
            id="all",
        ),
    ],
)
def test_hints_come_back_as_they_were(hints: Hints) -> None:
    assert columns.hints(columns.hints_text(hints)) == hints


def test_evidence_comes_back_as_it_was() -> None:
    place = Evidence(field="title", start=0, end=2, text="卫星", term="卫星")
    assert columns.evidence(columns.evidence_text([place])) == (place,)
    assert "卫星" in columns.evidence_text([place])


@pytest.mark.parametrize("tags", [pytest.param((), id="none"), pytest.param(("a", "б,"), id="two")])
def test_tags_come_back_as_they_were(tags: tuple[str, ...]) -> None:
    assert columns.tags(columns.tags_text(tags)) == tags
