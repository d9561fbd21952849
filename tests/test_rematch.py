"""A changed topic over the stored items: what it gains and loses, wherever it is interrupted."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import FakeClock
from tests.stored import feed_at, prune
from watcher.errors import StoreError
from watcher.match import Matcher
from watcher.models import Item, Origin, State, Subscription, Topic
from watcher.nodes import And, Fact, Node, Or, Term
from watcher.rematch import CHUNK, Backfill, diff
from watcher.store import MatchFilter, SqliteStore, open_store

WORDS = ("flood", "fair", "strike", "gale")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TITLES = tuple(f"{word} number {number}" for number in range(200) for word in WORDS)


def topic(name: str, *words: str) -> Topic:
    query: Node = Or(tuple(Term(word) for word in words))
    return Topic(id=name, query=query, version="+".join(words))


@pytest.fixture
def store(store: SqliteStore, clock: FakeClock) -> SqliteStore:
    return fill(store, clock)


def fill(store: SqliteStore, clock: FakeClock) -> SqliteStore:
    store.add_feed(Subscription(url="https://a.example/feed"), now=clock())
    feed = feed_at(store, "https://a.example/feed")
    store.add_new_items(feed, [Item(guid=title, title=title) for title in TITLES], now=clock())
    return store


def backfill(store: SqliteStore, clock: FakeClock, *topics: Topic, steps: int = 10**6) -> int:
    """Put topics in force and work off what is pending; returns the steps taken."""
    in_force: Mapping[str, Topic] = {topic.id: topic for topic in topics}
    store.sync_topics(topics, now=clock())
    work = Backfill(store=store, clock=clock)
    taken = 0
    while taken < steps and work.step(in_force):
        taken += 1
    return taken


def holding(store: SqliteStore) -> set[tuple[str, str]]:
    return {(match.topic, match.item.title) for match in store.matches(MatchFilter())}


def full_evaluation(*topics: Topic) -> set[tuple[str, str]]:
    matcher = Matcher(topics)
    return {(m.topic, title) for title in TITLES for m in matcher.match(Item(title=title))}


def test_a_new_topic_is_matched_over_what_is_stored(store: SqliteStore, clock: FakeClock) -> None:
    backfill(store, clock, topic("a", "flood"))
    assert holding(store) == full_evaluation(topic("a", "flood"))
    assert {match.origin for match in store.matches(MatchFilter())} == {Origin.BACKFILL}


def test_what_a_changed_topic_loses_is_dated_and_keeps_its_triage(
    store: SqliteStore, clock: FakeClock
) -> None:
    backfill(store, clock, topic("a", "flood", "fair"))
    (kept, *_) = [m.id for m in store.matches(MatchFilter()) if "fair" in m.item.title]
    store.mark([kept], state=State.KEPT)
    clock.advance(hours=1)
    backfill(store, clock, topic("a", "flood"))
    assert holding(store) == full_evaluation(topic("a", "flood"))
    lost = store.match(kept)
    assert lost is not None
    assert (lost.state, lost.superseded_at) == (State.KEPT, clock())


def test_running_it_twice_adds_nothing(store: SqliteStore, clock: FakeClock) -> None:
    backfill(store, clock, topic("a", "flood"))
    assert backfill(store, clock, topic("a", "flood")) == 0


@settings(max_examples=10)
@given(stop_after=st.lists(st.integers(min_value=0, max_value=3), max_size=4))
def test_interrupted_anywhere_it_ends_with_the_full_evaluation(
    tmp_path_factory: pytest.TempPathFactory, stop_after: list[int]
) -> None:
    clock = FakeClock(NOON)
    with open_store(tmp_path_factory.mktemp("db") / "watcher.db") as opened:
        fill(opened, clock)
        topics = (topic("a", "flood"), topic("b", "gale", "fair"))
        for steps in stop_after:
            backfill(opened, clock, *topics, steps=steps)
        backfill(opened, clock, *topics)
        assert holding(opened) == full_evaluation(*topics)


def test_a_version_that_came_meanwhile_begins_anew(store: SqliteStore, clock: FakeClock) -> None:
    assert len(TITLES) > CHUNK
    backfill(store, clock, topic("a", "flood"), steps=1)
    backfill(store, clock, topic("a", "gale"))
    assert holding(store) == full_evaluation(topic("a", "gale"))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.sets(st.sampled_from(WORDS), min_size=1),
    after=st.sets(st.sampled_from(WORDS), min_size=1),
)
def test_a_diff_is_the_set_difference_of_two_evaluations(
    store: SqliteStore, clock: FakeClock, before: set[str], after: set[str]
) -> None:
    old, new = topic("a", *sorted(before)), topic("a", *sorted(after))
    backfill(store, clock, old)
    changes = [change for _, changed in diff(store, [new], store.items()) for change in changed]
    was, now = full_evaluation(old), full_evaluation(new)
    assert {(c.topic, c.item.title) for c in changes if c.gained} == now - was
    assert {(c.topic, c.item.title) for c in changes if not c.gained} == was - now
    assert all(c.evidence for c in changes)


def reword(store: SqliteStore, clock: FakeClock) -> None:
    """Let the outlet put its first flood otherwise, so that only the log has the word."""
    feed = feed_at(store, "https://a.example/feed")
    store.add_new_items(feed, [Item(guid=TITLES[0], title="high water")], now=clock())


def test_a_match_of_a_text_that_was_reworded_stays_while_the_topic_asks_for_it(
    store: SqliteStore, clock: FakeClock
) -> None:
    backfill(store, clock, topic("a", "flood"))
    reword(store, clock)
    wider = topic("a", "flood", "storm")
    assert sum(len(changes) for _, changes in diff(store, [wider], store.items())) == 0
    backfill(store, clock, wider)
    assert holding(store) == full_evaluation(topic("a", "flood"))


def test_a_reworded_match_is_lost_with_the_text_it_was_found_in(
    store: SqliteStore, clock: FakeClock
) -> None:
    backfill(store, clock, topic("a", "flood"))
    reword(store, clock)
    ((_, changes),) = diff(store, [topic("a", "gale")], [next(iter(store.items(chunk=1)))])
    assert [(c.gained, c.item.title) for c in changes] == [(False, TITLES[0])]
    backfill(store, clock, topic("a", "gale"))
    assert holding(store) == full_evaluation(topic("a", "gale"))


@pytest.mark.parametrize("tags", [((), ("war",)), (("war",), ())], ids=["came", "went"])
def test_a_match_by_a_tag_stays_when_its_topic_is_widened(
    store: SqliteStore, clock: FakeClock, tags: tuple[tuple[str, ...], ...]
) -> None:
    narrow, wide = (
        Topic(id="a", query=And((Or(tuple(map(Term, words))), Fact("tag", "war"))), version=words)
        for words in ("x", "xy")
    )
    feed = feed_at(store, "https://a.example/feed")
    for title, shown in zip(("x 1", "x 2"), tags, strict=True):
        added = store.add_new_items(feed, [Item(guid="x", title=title, tags=shown)], now=clock())
        store.log_matches(
            Matcher([narrow]).match_together((*added.new, *added.rewritten)),
            topics={"a": narrow},
            origin=Origin.LIVE,
            now=clock(),
            notify=False,
        )
    assert len(holding(store)) == 1
    backfill(store, clock, wide)
    assert len(holding(store)) == 1


def test_a_topic_that_is_still_to_be_backfilled_is_compared(
    store: SqliteStore, clock: FakeClock
) -> None:
    flood = topic("a", "flood")
    store.sync_topics([flood], now=clock())
    assert sum(len(changes) for _, changes in diff(store, [flood], store.items())) > 0
    backfill(store, clock, flood)
    assert sum(len(changes) for _, changes in diff(store, [flood], store.items())) == 0


def test_a_topic_in_force_is_not_matched_again(store: SqliteStore, clock: FakeClock) -> None:
    flood = topic("a", "flood")
    backfill(store, clock, flood)
    store.supersede("a", list(range(1, len(TITLES) + 1)), now=clock())
    assert sum(len(changes) for _, changes in diff(store, [flood], store.items())) == 0


def test_a_diff_writes_nothing(store: SqliteStore, clock: FakeClock) -> None:
    backfill(store, clock, topic("a", "flood"))
    list(diff(store, [topic("a", "gale")], store.items()))
    assert holding(store) == full_evaluation(topic("a", "flood"))


def test_a_diff_over_nothing_is_empty(store: SqliteStore) -> None:
    assert (
        list(diff(store, [topic("a", "flood")], store.items(since=NOON + timedelta(days=9)))) == []
    )


def test_a_topic_whose_items_are_gone_is_done(store: SqliteStore, clock: FakeClock) -> None:
    store.sync_topics([topic("a", "flood")], now=clock())
    day = timedelta(days=1)
    prune(store, clock.advance(days=2), items=day)
    assert backfill(store, clock, topic("a", "flood")) == 1
    assert store.pending_rematches() == []


async def test_it_goes_on_after_trouble_with_the_store_and_after_a_bug(
    store: SqliteStore, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    store.sync_topics([topic("a", "flood")], now=clock())
    troubles = [StoreError("the disk is full"), ValueError("an odd row")]
    done = asyncio.Event()

    def topics_of() -> Mapping[str, Topic]:
        if troubles:
            raise troubles.pop()
        if not store.pending_rematches():
            done.set()
        return {"a": topic("a", "flood")}

    work = Backfill(store=store, clock=clock, trouble_s=0, bug_s=0)
    running = asyncio.create_task(work.run(topics_of))
    await done.wait()
    running.cancel()
    assert "the disk is full" in caplog.text
    assert "ValueError: an odd row" in caplog.text
    assert holding(store) == full_evaluation(topic("a", "flood"))
