"""Which gaps a poll leaves behind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import FakeClock
from tests.desk import Desk, item, open_desk
from tests.stored import prune
from watcher.models import Document, Hints, Item
from watcher.store import SqliteStore


@pytest.fixture
def desk(store: SqliteStore, clock: FakeClock) -> Desk:
    return open_desk(store, clock)


def dated(desk: Desk, name: str) -> list[Item]:
    now = desk.clock()
    return [item(f"{name} {n}", now - timedelta(minutes=n)) for n in range(20)]


def test_a_full_document_that_shares_nothing_opens_a_gap(desk: Desk) -> None:
    desk.document(*dated(desk, "a"))
    desk.clock.advance(hours=20)
    desk.document(*dated(desk, "b"))
    assert [gap.gap.found_by for gap in desk.store.gaps()] == ["scrolled"]


def test_an_item_known_from_before_closes_it(desk: Desk) -> None:
    first = dated(desk, "a")
    desk.document(*first)
    desk.clock.advance(hours=20)
    desk.document(*dated(desk, "b"), first[0])
    assert desk.store.gaps() == []


def test_one_whose_date_is_moved_on_does_not(desk: Desk) -> None:
    live = item("Live", desk.clock() - timedelta(days=1))
    desk.document(live, *dated(desk, "a"))
    desk.clock.advance(hours=20)
    desk.document(replace(live, published_at=desk.clock()), *dated(desk, "b"))
    assert [gap.gap.found_by for gap in desk.store.gaps()] == ["scrolled"]


def by_day(desk: Desk, name: str) -> list[Item]:
    day = desk.clock().replace(hour=0, minute=0, second=0)
    return [item(f"{name} {n}", day) for n in range(20)]


def test_one_with_a_time_among_items_of_days_hides_no_gap(desk: Desk) -> None:
    desk.document(*by_day(desk, "a"))
    desk.clock.advance(hours=1)
    pinned = item("Pinned", desk.clock())
    desk.document(pinned, *by_day(desk, "a"))
    desk.clock.advance(hours=1)
    desk.document(pinned, *by_day(desk, "b")[:5], *by_day(desk, "a")[:15])
    assert desk.store.gaps() == []
    desk.clock.advance(hours=1)
    desk.document(pinned, *by_day(desk, "c"))
    assert [gap.gap.found_by for gap in desk.store.gaps()] == ["scrolled"]


def test_nor_does_it_open_one_where_the_newest_of_the_day_is_shown(desk: Desk) -> None:
    first = by_day(desk, "a")[0]
    desk.document(first)
    desk.clock.advance(hours=1)
    timed = item("Timed", desk.clock())
    desk.document(timed, first)
    desk.clock.advance(hours=1)
    then = by_day(desk, "b")[0]
    desk.document(then, timed, first)
    desk.clock.advance(hours=1)
    desk.document(by_day(desk, "c")[0], then, timed)
    assert desk.store.gaps() == []


@pytest.mark.parametrize(("place", "gaps"), [(0, 0), (19, 1)])
async def test_an_older_page_closes_it_by_the_newest_item_known(
    desk: Desk, place: int, gaps: int
) -> None:
    first = dated(desk, "a")
    desk.document(*first)
    feed = desk.feed
    desk.clock.advance(hours=20)
    polled = desk.document(*dated(desk, "c"))
    assert polled.gap is not None
    missed = item("b", desk.clock() - timedelta(hours=10))
    page = Document(items=(missed, first[place]))
    reaches_back = await desk.settler.recover(feed, page, polled.gap, now=desk.clock())
    assert reaches_back != bool(gaps)
    assert len(desk.store.gaps()) == gaps


def test_what_breaks_off_before_it_goes_on_leaves_the_judgement_to_the_next(desk: Desk) -> None:
    first = dated(desk, "a")
    desk.document(*first)
    desk.clock.advance(hours=1)
    then = dated(desk, "b")[:5]
    polled = desk.document(*then, is_torn=True)
    assert (polled.new, polled.gap) == (5, None)
    desk.document(*then, *first[:5])
    assert desk.store.gaps() == []


def test_a_feed_that_always_breaks_off_is_judged_all_the_same(desk: Desk) -> None:
    for day in range(5):
        desk.document(*dated(desk, f"a{day}"), is_torn=True)
        desk.clock.advance(hours=20)
    assert len(desk.store.gaps()) == 2


def test_an_item_that_is_late_makes_none_before_it_old(desk: Desk) -> None:
    first = dated(desk, "a")
    desk.document(*first)
    desk.clock.advance(hours=1)
    late = item("late", desk.clock() - timedelta(days=2))
    desk.document(late, *first)
    desk.clock.advance(hours=1)
    desk.document(*dated(desk, "b"), *first[:2])
    assert desk.store.gaps() == []


def test_what_broke_off_hides_no_gap(desk: Desk) -> None:
    desk.document(*dated(desk, "a"))
    seen_at = desk.clock()
    desk.clock.advance(hours=5)
    then = dated(desk, "b")
    desk.document(*then[:5], is_torn=True)
    desk.clock.advance(hours=1)
    desk.document(*then)
    (found,) = desk.store.gaps()
    assert found.gap.from_at == seen_at


def test_items_the_parser_knew_count_as_known(desk: Desk) -> None:
    desk.document(*dated(desk, "a"))
    desk.clock.advance(hours=20)
    desk.document(*dated(desk, "b"), known=1)
    assert desk.store.gaps() == []


def test_what_a_feed_that_stood_empty_hid_in_an_outage_stays_a_gap(desk: Desk) -> None:
    warning = item("warning", desk.clock())
    desk.document(warning)
    desk.clock.advance(hours=1)
    desk.document()
    desk.clock.advance(hours=72)
    desk.document()
    desk.clock.advance(hours=1)
    desk.document(warning)
    assert [gap.gap.found_by for gap in desk.store.gaps()] == ["outage"]


def test_nor_is_one_told_after_the_items_of_a_quiet_feed_were_dropped(desk: Desk) -> None:
    first, then = dated(desk, "a")[:2]
    desk.document(then)
    desk.clock.advance(hours=1)
    desk.document(first, then)
    for _ in range(100):
        desk.clock.advance(hours=24)
        desk.document(first, then)
    prune(desk.store, desk.clock())
    assert desk.store.count_items() == 1
    desk.clock.advance(hours=1)
    desk.document(item("new", desk.clock()), first, then)
    assert desk.store.gaps() == []


def test_a_wait_of_days_that_was_planned_is_no_outage(desk: Desk) -> None:
    only_on_fridays = Hints(skip_days=frozenset({0, 1, 2, 3, 5, 6}))
    desk.document(*dated(desk, "a")[:5], hints=only_on_fridays)
    desk.document(hints=only_on_fridays)
    desk.clock.at = desk.feed.next_poll_at
    desk.document(item("new", desk.clock()), hints=only_on_fridays)
    assert desk.store.gaps() == []


@pytest.mark.parametrize(("left_out", "gaps"), [(0, 0), (500, 1)])
def test_items_left_out_may_stand_before_what_was_known(
    desk: Desk, left_out: int, gaps: int
) -> None:
    desk.document(*dated(desk, "a"))
    desk.clock.advance(hours=1)
    desk.document(*dated(desk, "b"), known=20, left_out=left_out, memory=b"seen")
    assert len(desk.store.gaps()) == gaps
