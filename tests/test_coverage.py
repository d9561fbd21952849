from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.coverage import coverage, gap_after, missed_in
from watcher.models import Document, Feed, Gap, Item, PollStats, Watched

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLLED = Feed(
    id=1,
    url="https://a.example/f",
    subscribed_url="https://a.example/f",
    next_poll_at=NOW,
    last_success_at=NOW - 2 * HOUR,
    newest_at=NOW - 3 * HOUR,
    stats=PollStats(document_items=2),
)
EMPTIED = replace(POLLED, stats=replace(POLLED.stats, stood_empty=True))
FAILING = replace(POLLED, stats=replace(POLLED.stats, errors_in_a_row=3))


def document(*ages: float) -> Document:
    """Show items published so many hours ago; below 0: without a date."""
    dates = [NOW - age * HOUR if age >= 0 else None for age in ages]
    return Document(items=tuple(Item(published_at=date) for date in dates))


def gap(from_age: float, to_age: float, found_by: str) -> Gap:
    return Gap(from_at=NOW - from_age * HOUR, to_at=NOW - to_age * HOUR, found_by=found_by)


@pytest.mark.parametrize(
    ("feed", "shown", "found"),
    [
        pytest.param(POLLED, document(0, 1), gap(2, 1, "scrolled"), id="nothing shared"),
        pytest.param(
            POLLED, document(0, 2.5), gap(3, 2.5, "scrolled"), id="shown late: since the newest one"
        ),
        pytest.param(POLLED, document(0, 4), None, id="reaches behind the newest known"),
        pytest.param(
            POLLED, document(0, 0.5, 1, 9), gap(2, 1, "scrolled"), id="an old one among new ones"
        ),
        pytest.param(
            POLLED, document(*[0] * 18, 7, 8, 9, 9), None, id="many old ones among new ones"
        ),
        pytest.param(
            replace(POLLED, newest_at=NOW - 12 * HOUR),
            document(12, 12),
            gap(2, 0, "scrolled"),
            id="of the newest one's day, dates without times",
        ),
        pytest.param(
            replace(POLLED, newest_at=NOW - 36 * HOUR),
            document(12, 12),
            gap(2, 0, "scrolled"),
            id="of the day after, dates without times",
        ),
        pytest.param(
            replace(POLLED, newest_at=NOW - 13 * HOUR),
            document(13, 13),
            gap(2, 0, "scrolled"),
            id="of the newest one's day, which begins at another hour",
        ),
        pytest.param(
            replace(POLLED, newest_at=NOW - 12 * HOUR),
            document(12, 36),
            None,
            id="back to the day before, dates without times",
        ),
        pytest.param(POLLED, document(-1, -1), gap(2, 0, "scrolled"), id="undated: up to now"),
        pytest.param(POLLED, document(-1, 1), gap(2, 1, "scrolled"), id="some undated"),
        pytest.param(
            replace(POLLED, stats=PollStats(document_items=9)),
            document(1),
            gap(2, 1, "scrolled"),
            id="much shorter than before: it may show a stretch of time",
        ),
        pytest.param(POLLED, document(), None, id="empty now"),
        pytest.param(
            replace(POLLED, stats=PollStats()),
            document(1),
            None,
            id="empty before: nothing was cut",
        ),
        pytest.param(FAILING, document(1), gap(2, 1, "outage"), id="after failures"),
        pytest.param(EMPTIED, document(1), None, id="less than before, after none: a warning"),
        pytest.param(
            replace(EMPTIED, stats=replace(EMPTIED.stats, document_items=1)),
            document(1),
            None,
            id="one as before, after none: a warning",
        ),
        pytest.param(
            EMPTIED, document(0, 1), gap(3, 1, "scrolled"), id="as much as before, after none"
        ),
        pytest.param(
            EMPTIED, document(2.5), gap(3, 2.5, "scrolled"), id="older than when it was empty"
        ),
        pytest.param(
            replace(POLLED, last_success_at=NOW - 30 * HOUR, newest_at=NOW - 31 * HOUR),
            document(1),
            gap(30, 1, "outage"),
            id="after a day unwatched",
        ),
        pytest.param(
            replace(POLLED, newest_at=None),
            document(0, 1),
            gap(2, 1, "scrolled"),
            id="undated so far",
        ),
        pytest.param(
            replace(POLLED, last_success_at=None, newest_at=None),
            document(1),
            None,
            id="first document",
        ),
        pytest.param(
            replace(POLLED, newest_at=None, stats=PollStats(errors_in_a_row=1)),
            document(1),
            None,
            id="first items of a feed that was empty",
        ),
    ],
)
def test_a_document_that_shares_nothing_leaves_a_gap_before_it(
    feed: Feed, shown: Document, found: Gap | None
) -> None:
    assert gap_after(feed, shown, new=shown.items, known=(), now=NOW) == found


@pytest.mark.parametrize("feed", [POLLED, FAILING], ids=["good", "failing"])
@pytest.mark.parametrize(
    ("known", "cut"),
    [
        pytest.param(document(3), 0, id="the newest one known"),
        pytest.param(document(2.5), 0, id="one that was ahead of the clock"),
        pytest.param(document(4, 5, 6, 7), 0, id="more than are ever pinned"),
        pytest.param(document(), 4, id="items that were cut out"),
    ],
)
def test_a_document_that_goes_on_leaves_no_gap(feed: Feed, known: Document, cut: int) -> None:
    new = document(0, 1).items
    shown = Document(items=new + known.items, known=cut)
    assert gap_after(feed, shown, new=new, known=known.items, now=NOW) is None


def test_what_is_pinned_to_a_feed_does_not_hide_that_it_rolled_over() -> None:
    new, pinned = document(0, 1).items, document(4, 50, 99).items
    shown = Document(items=pinned + new)
    assert gap_after(POLLED, shown, new=new, known=pinned, now=NOW) == gap(2, 1, "scrolled")
    assert gap_after(POLLED, Document(items=pinned), new=(), known=pinned, now=NOW) is None


@pytest.mark.parametrize(
    "pinned",
    [
        pytest.param(document(-1).items[0], id="undated"),
        pytest.param(Item(published_at=NOW + 48 * HOUR), id="dated ahead"),
        pytest.param(None, id="nobody knows since when"),
    ],
)
def test_nor_does_one_whose_date_tells_nothing(pinned: Item | None) -> None:
    new = document(0, 1).items
    shown = Document(items=(Item(), *new))
    assert gap_after(POLLED, shown, new=new, known=[pinned], now=NOW) == gap(2, 1, "scrolled")


@pytest.mark.parametrize("newest_at", [None, NOW - 3 * HOUR])
@pytest.mark.parametrize("hours", [0, 1, 30])
def test_what_came_before_the_latest_news_is_not_the_newest(
    newest_at: datetime | None, hours: float
) -> None:
    feed = replace(POLLED, newest_at=newest_at, stats=replace(POLLED.stats, news_at=NOW - 2 * HOUR))
    new, dated_at = document(0, 1).items, NOW + (hours - 3) * HOUR
    pinned = Item(published_at=dated_at, seen_at=NOW - 9 * HOUR)
    shown = Document(items=(pinned, *new))
    assert gap_after(feed, shown, new=new, known=[pinned], now=NOW) == gap(2, 1, "scrolled")
    latest = replace(pinned, seen_at=NOW - 2 * HOUR)
    assert (gap_after(feed, shown, new=new, known=[latest], now=NOW) is None) == (hours < 30)


@pytest.mark.parametrize("known", [document(-1).items[0], Item(published_at=NOW - 3 * HOUR)])
def test_where_no_date_is_known_any_item_may_be_the_newest(known: Item) -> None:
    undated, new = replace(POLLED, newest_at=None), document(-1).items
    assert (
        gap_after(undated, Document(items=(known, *new)), new=new, known=[known], now=NOW) is None
    )


def test_a_date_ahead_of_the_clock_ends_the_gap_now() -> None:
    new = document(0).items
    found = gap_after(POLLED, document(0), new=new, known=(), now=NOW - HOUR / 2)
    assert found == gap(2, 0.5, "scrolled")


MINUTES = st.integers(1, 600)


@given(
    published=st.lists(MINUTES, min_size=1, max_size=60),
    polls=st.lists(st.tuples(MINUTES, st.booleans()), min_size=2, max_size=20),
    size=st.integers(1, 12),
    pinned=st.booleans(),
    shows_old=st.booleans(),
)
def test_every_missed_item_lies_in_a_gap_and_no_gap_is_told_where_none_was(
    published: list[int],
    polls: list[tuple[int, bool]],
    size: int,
    *,
    pinned: bool,
    shows_old: bool,
) -> None:
    """Watch an outlet that shows its newest items, through outages (polls that are not up).

    It may keep an item pinned to the top, and show a very old one, another each time.
    """
    outlet = [NOW, *moments(published)]
    feed = replace(POLLED, last_success_at=None, newest_at=None, stats=PollStats())
    seen: list[datetime] = []
    gaps: list[Gap] = []
    opens_at: datetime | None = None
    for now, (_, is_up) in zip(moments([wait for wait, _ in polls]), polls, strict=True):
        if not is_up:
            feed = replace(feed, stats=replace(feed.stats, errors_in_a_row=1))
            continue
        shown = [date for date in outlet if date <= now][-size:]
        if pinned:
            shown = [NOW - HOUR, *shown]
        if shows_old and len(shown) >= 4:
            shown = [*shown, NOW - timedelta(days=len(seen) + 1)]
        new, known = (
            tuple(Item(published_at=date) for date in shown if (date in seen) == is_known)
            for is_known in (False, True)
        )
        found = gap_after(feed, Document(items=new + known), new=new, known=known, now=now)
        if found is not None:
            gaps.append(found)
            assert sum(found.from_at < date <= now for date in outlet) >= size - pinned
        seen += [item.published_at for item in new if item.published_at]
        opens_at = opens_at or max(seen, default=None)
        feed = replace(
            feed,
            last_success_at=now,
            newest_at=max(seen, default=None),
            stats=PollStats(document_items=len(shown)),
        )
    missed = {date for date in outlet if opens_at and opens_at < date < max(seen)} - set(seen)
    assert all(any(gap.from_at <= date <= gap.to_at for gap in gaps) for date in missed)


def moments(waits: list[int]) -> list[datetime]:
    """Place moments one after another, so many minutes apart."""
    return [NOW + timedelta(minutes=sum(waits[: place + 1])) for place in range(len(waits))]


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
    added_at=LONG_AGO, first_success_at=LONG_AGO, last_success_at=NOW - HOUR, next_poll_at=NOW
)
UNREAD = replace(WATCHED, first_success_at=None, last_success_at=None)


@pytest.mark.parametrize(
    ("feed", "hours", "unseen"),
    [
        pytest.param(WATCHED, 10, 0, id="polled as planned: up to now"),
        pytest.param(replace(WATCHED, is_failing=True), 9, 1, id="failing: to its last good poll"),
        pytest.param(replace(WATCHED, last_success_at=NOW - 30 * HOUR), 0, 1, id="a day unwatched"),
        pytest.param(
            replace(WATCHED, last_success_at=NOW - 50 * HOUR, next_poll_at=NOW + HOUR),
            10,
            0,
            id="two days unread, as planned",
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
            next_poll_at=NOW,
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
