from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stored import HOUR, NOW, gap
from watcher.coverage import gap_after
from watcher.models import Document, Feed, Gap, Item, PollStats

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
            POLLED,
            document(*[0] * 10, 0.5, 1.5, 1.8, 1.9),
            gap(2, 0.5, "scrolled"),
            id="a few that came late, dated back",
        ),
        pytest.param(
            POLLED,
            document(0, 0.2, 0.5, 2.5),
            gap(3, 0.5, "scrolled"),
            id="one dated to before the last poll",
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
            replace(EMPTIED, newest_at=None, stats=replace(EMPTIED.stats, news_at=NOW - 5 * HOUR)),
            document(-1, -1),
            gap(5, 0, "scrolled"),
            id="undated, as much as before, after none: since the latest news",
        ),
        pytest.param(
            replace(POLLED, last_success_at=NOW - 30 * HOUR, newest_at=NOW - 31 * HOUR),
            document(1),
            gap(30, 1, "outage"),
            id="after a day unwatched",
        ),
        pytest.param(
            replace(
                POLLED,
                last_success_at=NOW - 30 * HOUR,
                stats=replace(EMPTIED.stats, planned_at=NOW - HOUR),
            ),
            document(1),
            None,
            id="as planned, after more than a day: a warning",
        ),
        pytest.param(
            replace(
                POLLED,
                last_success_at=NOW - 30 * HOUR,
                stats=replace(EMPTIED.stats, planned_at=NOW - 3 * HOUR),
            ),
            document(1),
            gap(30, 1, "outage"),
            id="later than planned, after more than a day",
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


def story(age: float) -> Item:
    """Make an item published so many hours ago that has a name."""
    return Item(guid=f"{age}", published_at=NOW - age * HOUR)


@pytest.mark.parametrize(
    ("ages", "leaves_gap"),
    [
        pytest.param((3, 0, 0.5, 1), True, id="the newest one above newer ones: pinned"),
        pytest.param((9, 3, 0, 0.5, 1), True, id="two of them"),
        pytest.param((0, 0.5, 1, 3), False, id="below them"),
        pytest.param((3, 1, 0.5, 0), False, id="the oldest first"),
        pytest.param((3, 0.5, 1, 0), False, id="in any order"),
        pytest.param((3, 0, 1), False, id="two new ones tell of no order"),
        pytest.param((9, 0, 0.5, 1, 3), False, id="another is pinned"),
        pytest.param((-2, 0, 0.5, 1), False, id="dated ahead, in its place"),
        pytest.param((3, 0, 1, 1.8, 5, 6), False, id="pinned, but the new ones reach back"),
    ],
)
def test_one_pinned_as_the_newest_is_known_by_its_place(
    ages: tuple[float, ...], *, leaves_gap: bool
) -> None:
    items = [story(age) for age in ages]
    new, known = (
        [item for item, age in zip(items, ages, strict=True) if (age in {-2, 3, 9}) != is_new]
        for is_new in (True, False)
    )
    found = gap_after(POLLED, Document(items=tuple(items)), new=new, known=known, now=NOW)
    assert (found is not None) == leaves_gap


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
