"""What a sitemap tells of a gap, and how much of a time was covered."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stored import HOUR, NOW, gap
from watcher.coverage import coverage, missed_in
from watcher.models import Document, Item, Watched

HOLE = gap(10, 5, "outage")


def story(age: float, link: str = "") -> Item:
    """An item published so many hours ago."""
    return Item(link=link or f"https://a.example/{age}", published_at=NOW - age * HOUR)


SHOWN = tuple(story(age / 2) for age in range(10))
OLDER = (story(7), story(9))
KNOWN = (story(11),)


@pytest.mark.parametrize(
    ("listed", "unknown", "found"),
    [
        pytest.param((*SHOWN, *OLDER, *KNOWN), OLDER, (OLDER, True), id="all of the gap"),
        pytest.param((*SHOWN, *OLDER), OLDER, (OLDER, False), id="not back to its beginning"),
        pytest.param(
            (*SHOWN, *OLDER, story(12)),
            (*OLDER, story(12)),
            (OLDER, False),
            id="what lies before is another's",
        ),
        pytest.param((*SHOWN, *KNOWN), (), ((), True), id="nothing was missed"),
        pytest.param(
            (*SHOWN, *OLDER, story(10.5), *KNOWN),
            (*OLDER, story(10.5)),
            ((*OLDER, story(10.5)), True),
            id="dated before the last poll, and not in it",
        ),
        pytest.param(
            (*SHOWN, *OLDER, replace(story(8), published_at=None), *KNOWN),
            (*OLDER, replace(story(8), published_at=None)),
            (OLDER, False),
            id="one may be of any time",
        ),
        pytest.param((*SHOWN, OLDER[0], *KNOWN), (), ((), True), id="known already"),
        pytest.param(
            (*SHOWN, story(1.2, "x"), story(2.2, "y"), *OLDER, *KNOWN),
            (story(1.2, "x"), story(2.2, "y"), *OLDER),
            None,
            id="the feed is a section of the site",
        ),
        pytest.param((*SHOWN[::2], *OLDER, *KNOWN), OLDER, None, id="a part of the feed's news"),
        pytest.param(
            (*SHOWN[:9], *OLDER, *KNOWN), OLDER, (OLDER, False), id="not all of the feed's news"
        ),
        pytest.param(OLDER, OLDER, None, id="nothing in common"),
    ],
)
def test_a_sitemap_is_believed_where_it_tells_the_same_news_as_the_feed(
    listed: tuple[Item, ...],
    unknown: tuple[Item, ...],
    found: tuple[tuple[Item, ...], bool] | None,
) -> None:
    missed = missed_in(HOLE, Document(items=SHOWN), listed, unknown)
    assert (missed and (missed.items, missed.is_whole)) == found


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(SHOWN[:4], id="few"),
        pytest.param(tuple(replace(item, published_at=None) for item in SHOWN), id="undated"),
    ],
)
def test_too_little_in_common_proves_nothing(shown: tuple[Item, ...]) -> None:
    assert missed_in(HOLE, Document(items=shown), (*SHOWN, *OLDER), OLDER) is None


LONG_AGO = NOW - 100 * HOUR
WATCHED = Watched(
    added_at=LONG_AGO, first_success_at=LONG_AGO, last_success_at=NOW - HOUR, planned_at=NOW
)
UNREAD = replace(WATCHED, first_success_at=None, last_success_at=None)


@pytest.mark.parametrize(
    ("feed", "hours", "unseen"),
    [
        pytest.param(WATCHED, 10, 0, id="polled as planned: up to now"),
        pytest.param(replace(WATCHED, is_failing=True), 9, 1, id="failing: to its last good poll"),
        pytest.param(
            replace(WATCHED, last_success_at=NOW - 30 * HOUR, planned_at=NOW - 29 * HOUR),
            0,
            1,
            id="a day unwatched",
        ),
        pytest.param(
            replace(WATCHED, last_success_at=NOW - 50 * HOUR, planned_at=NOW + HOUR / 60),
            10,
            0,
            id="two days unread, as planned",
        ),
        pytest.param(
            replace(WATCHED, last_success_at=NOW - 50 * HOUR, planned_at=NOW - 3 * HOUR),
            0,
            1,
            id="two days unread, longer than planned",
        ),
        pytest.param(UNREAD, 0, 1, id="never read"),
        pytest.param(
            replace(WATCHED, first_success_at=NOW - 4 * HOUR), 4, 0, id="first read meanwhile"
        ),
        pytest.param(
            replace(WATCHED, added_at=NOW - 5 * HOUR, first_success_at=NOW - 4 * HOUR),
            4,
            0,
            id="added meanwhile",
        ),
        pytest.param(
            replace(WATCHED, gaps=(gap(5, 2, "outage"), gap(4, 1, "scrolled"))),
            6,
            0,
            id="gaps that overlap",
        ),
        pytest.param(replace(WATCHED, gaps=(gap(30, 9, "outage"),)), 9, 0, id="a gap from before"),
    ],
)
def test_what_a_feed_covers_of_ten_hours(feed: Watched, hours: float, unseen: int) -> None:
    told = coverage([feed], since=NOW - 10 * HOUR, until=None, now=NOW)
    assert (told.asked, told.covered) == (10 * HOUR, hours * HOUR)
    assert (told.gaps, told.unseen) == (len(feed.gaps), unseen)


@pytest.mark.parametrize(("begin", "end"), [(30, 20), (4, 1)], ids=["before", "after"])
def test_a_gap_beyond_the_time_asked_for_is_not_counted(begin: float, end: float) -> None:
    feed = replace(WATCHED, gaps=(gap(begin, end, "outage"),))
    told = coverage([feed], since=NOW - 10 * HOUR, until=NOW - 5 * HOUR, now=NOW)
    assert (told.gaps, told.share) == (0, 1)


def test_without_a_beginning_all_time_of_each_feed_is_asked_for() -> None:
    late = replace(WATCHED, added_at=NOW - 10 * HOUR, first_success_at=NOW - 9 * HOUR)
    told = coverage([WATCHED, late], since=None, until=None, now=NOW)
    assert (told.asked, told.covered) == (110 * HOUR, 109 * HOUR)


@pytest.mark.parametrize("since", [NOW + HOUR, None])
def test_all_of_nothing_is_covered(since: datetime | None) -> None:
    feeds = [WATCHED] if since else []
    assert coverage(feeds, since=since, until=NOW + HOUR, now=NOW).share == 1


HOURS = st.integers(0, 60)
FEEDS = st.lists(
    st.builds(
        lambda times, is_read, failing, gaps: Watched(
            added_at=NOW - times[2] * HOUR,
            first_success_at=NOW - times[1] * HOUR if is_read else None,
            last_success_at=NOW - times[0] * HOUR if is_read else None,
            planned_at=None,
            is_failing=failing,
            gaps=tuple(gap(max(pair), min(pair), "outage") for pair in gaps),
        ),
        st.tuples(HOURS, HOURS, HOURS).map(sorted),
        st.booleans(),
        st.booleans(),
        st.lists(st.tuples(HOURS, HOURS), max_size=4),
    ),
    max_size=4,
)


@given(feeds=FEEDS, ages=st.tuples(HOURS, HOURS, HOURS))
def test_covered_time_adds_up_and_no_gap_adds_to_it(
    feeds: list[Watched], ages: tuple[int, int, int]
) -> None:
    a, b, c = sorted(NOW - age * HOUR for age in ages)
    whole, *parts = (
        coverage(feeds, since=since, until=until, now=NOW)
        for since, until in ((a, c), (a, b), (b, c))
    )
    assert timedelta(0) <= whole.covered <= whole.asked == len(feeds) * (c - a)
    assert whole.covered == sum((part.covered for part in parts), timedelta(0))
    without = [replace(feed, gaps=feed.gaps[1:]) for feed in feeds]
    assert whole.covered <= coverage(without, since=a, until=c, now=NOW).covered
