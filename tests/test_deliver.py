"""Deliveries joined together: an outbox in a real SQLite file, channels that only listen."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import FakeClock
from tests.polling import add_feed, the_feed
from watcher.deliver import LISTED, deliver_due, notice
from watcher.errors import NotifyError, StoreError
from watcher.models import (
    Evidence,
    Item,
    LoggedMatch,
    Match,
    Origin,
    Severity,
    State,
    Topic,
)
from watcher.nodes import Term
from watcher.safe import safe_text
from watcher.store import SqliteStore, open_store


@dataclass
class Listener:
    """A channel that keeps what it is told, or fails as told."""

    trouble: BaseException | None = None
    heard: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0

    async def send(self, title: str, body: str) -> None:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        self.heard.append((title, body))


@pytest.fixture
def store(store: SqliteStore, clock: FakeClock) -> SqliteStore:
    return add_feed(store, clock)


def queued(store: SqliteStore, clock: FakeClock) -> int:
    return store.counts(now=clock()).queued


Queue = Callable[..., None]


@pytest.fixture
def queue(store: SqliteStore, clock: FakeClock) -> Queue:
    """Log a match for each title, and queue it for the channels."""

    def run(*titles: str, channels: tuple[str, ...] = ("desk",)) -> None:
        topic = Topic(id="flood", query=Term("flood"), notify=channels, version="1")
        items = [Item(title=title, guid=title) for title in titles]
        added = store.add_new_items(the_feed(store), items, now=clock())
        store.log_matches(
            [(item, Match("flood", tuple)) for item in added.new],
            topics={"flood": topic},
            origin=Origin.LIVE,
            now=clock(),
            notify=True,
        )

    return run


async def test_a_match_is_told_once(store: SqliteStore, queue: Queue, clock: FakeClock) -> None:
    desk = Listener()
    queue("A flood")
    for _ in range(2):
        await deliver_due(store, {"desk": desk}, clock)
    assert [title for title, _ in desk.heard] == ["flood: A flood"]


async def test_each_channel_is_told(store: SqliteStore, queue: Queue, clock: FakeClock) -> None:
    channels = {"desk": Listener(), "night": Listener()}
    queue("A flood", channels=("desk", "night"))
    await deliver_due(store, channels, clock)
    assert queued(store, clock) == 0
    assert [len(channel.heard) for channel in channels.values()] == [1, 1]


async def test_ten_thousand_matches_make_a_few_notices(
    store: SqliteStore, queue: Queue, clock: FakeClock
) -> None:
    desk = Listener()
    with store.transaction():
        queue(*(f"Flood number {number}" for number in range(10_000)))
    await deliver_due(store, {"desk": desk}, clock)
    assert queued(store, clock) == 0
    assert len(desk.heard) == 5
    assert desk.heard[0][1].endswith("and 1990 more")


async def test_a_failing_channel_waits_twice_as_long_each_time(
    store: SqliteStore, queue: Queue, clock: FakeClock
) -> None:
    desk = Listener(NotifyError("channel desk did not take it"))
    queue("A flood")
    tried_at = []
    for minute in range(1600):
        before = desk.asked
        await deliver_due(store, {"desk": desk}, clock)
        tried_at += [minute] * (desk.asked - before)
        clock.advance(minutes=1)
    waits = [later - sooner for sooner, later in pairwise(tried_at)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]


async def test_what_failed_goes_out_together_when_the_channel_is_back(
    store: SqliteStore, queue: Queue, clock: FakeClock
) -> None:
    desk = Listener(NotifyError("channel desk did not take it"))
    queue("A flood")
    await deliver_due(store, {"desk": desk}, clock)
    clock.advance(minutes=1)
    queue("A second flood")
    await deliver_due(store, {"desk": desk}, clock)
    desk.trouble = None
    clock.advance(minutes=1)
    await deliver_due(store, {"desk": desk}, clock)
    assert (queued(store, clock), len(desk.heard)) == (0, 1)


async def test_a_failing_channel_delays_no_other(
    store: SqliteStore, queue: Queue, clock: FakeClock
) -> None:
    channels = {"desk": Listener(NotifyError("no")), "night": Listener()}
    queue("A flood", channels=("desk", "night"))
    await deliver_due(store, channels, clock)
    assert (queued(store, clock), len(channels["night"].heard)) == (1, 1)


async def test_a_channel_that_is_not_set_up_keeps_its_deliveries(
    store: SqliteStore, queue: Queue, clock: FakeClock
) -> None:
    queue("A flood")
    await deliver_due(store, {}, clock)
    assert queued(store, clock) == 1
    desk = Listener()
    clock.advance(minutes=1)
    await deliver_due(store, {"desk": desk}, clock)
    assert (queued(store, clock), len(desk.heard)) == (0, 1)


async def test_a_bug_is_logged_with_its_traceback_and_waits_like_any_failure(
    store: SqliteStore, queue: Queue, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    queue("A flood")
    await deliver_due(store, {"desk": Listener(ZeroDivisionError())}, clock)
    assert queued(store, clock) == 1
    assert "ZeroDivisionError" in caplog.text
    assert store.claim_deliveries(now=clock(), limit=1) == []


async def test_one_outcome_is_one_line_of_the_log(
    store: SqliteStore, queue: Queue, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    queue("A flood", "A second flood", channels=("desk", "night", "none"))
    channels = {"desk": Listener(), "night": Listener(NotifyError("channel night is shut"))}
    with caplog.at_level(logging.INFO):
        await deliver_due(store, channels, clock)
    assert caplog.messages == [
        "delivery channel=desk status=sent matches=2",
        "delivery channel=night status=failed matches=2: channel night is shut",
        "delivery channel=none status=failed matches=2: there is no channel none in the settings",
    ]


async def test_what_was_sent_but_not_marked_is_sent_again(
    store: SqliteStore, queue: Queue, clock: FakeClock
) -> None:
    class KilledError(BaseException):
        """What ends the program between sending and marking."""

    queue("A flood")
    with pytest.raises(KilledError):
        await deliver_due(store, {"desk": Listener(KilledError())}, clock)
    clock.advance(minutes=1)
    desk = Listener()
    await deliver_due(store, {"desk": desk}, clock)
    assert len(desk.heard) == 1


async def test_what_cannot_be_marked_is_not_sent(
    queue: Queue, clock: FakeClock, tmp_path: Path
) -> None:
    queue("A flood")
    desk = Listener()
    with open_store(tmp_path / "watcher.db", read_only=True) as unwritable:
        for _ in range(2):
            with pytest.raises(StoreError):
                await deliver_due(unwritable, {"desk": desk}, clock)
    assert desk.heard == []


def match(
    title: str = "A flood",
    *,
    topic: str = "flood",
    severity: Severity = Severity.NORMAL,
    link: str = "https://harbour.example/1",
    words: tuple[str, ...] = ("flood",),
    outlet: str = "Harbour Post",
) -> LoggedMatch:
    return LoggedMatch(
        id=1,
        matched_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
        topic=topic,
        topic_version="1",
        severity=severity,
        origin=Origin.LIVE,
        state=State.NEW,
        item=Item(id=1, title=title, link=link, outlet=outlet),
        story=1,
        evidence=tuple(
            Evidence(field="title", start=0, end=len(word), text=word, term=word) for word in words
        ),
    )


def test_a_notice_tells_what_whose_by_which_words_and_where() -> None:
    said = notice([match(words=("flood", "Flood", "flood"), severity=Severity.HIGH)])
    assert said.title == "flood: A flood"
    assert said.body.splitlines() == [
        "A flood",
        "flood · high · Harbour Post",
        "matched: flood, Flood",
        "https://harbour.example/1",
    ]


def test_a_notice_of_many_lists_the_most_severe_first_and_counts_the_others() -> None:
    calm = [match(f"Calm {number}", severity=Severity.LOW) for number in range(LISTED)]
    said = notice([*calm, match("Dire", severity=Severity.CRITICAL)])
    assert said.title == "11 matches: flood"
    assert said.body.startswith("Dire\n")
    assert said.body.endswith("\n\nand 1 more")
    assert said.body.count("Calm") == LISTED - 1


def test_a_notice_of_exactly_as_many_as_it_lists_counts_no_others() -> None:
    assert "more" not in notice([match()] * LISTED).body


def test_the_title_names_a_few_topics() -> None:
    said = notice([match(topic=f"topic-{number}") for number in range(5)])
    assert said.title == "5 matches: topic-0, topic-1, topic-2 and 2 more"


@pytest.mark.parametrize(
    ("found", "line"),
    [
        pytest.param(
            match("\x1b[31mred\u202e"), safe_text("\x1b[31mred\u202e"), id="control characters"
        ),
        pytest.param(match(""), "(no title)", id="no title"),
        pytest.param(match("x" * 500), "x" * 199 + "…", id="long title"),
        pytest.param(match(outlet="", words=(), link=""), "flood · normal", id="no outlet"),
        pytest.param(match(link="javascript:alert(1)"), "matched: flood", id="no link but to web"),
    ],
)
def test_foreign_text_is_made_harmless(found: LoggedMatch, line: str) -> None:
    lines = notice([found]).body.splitlines()
    assert line in lines
    assert not set("\x1b\u202e") & set("".join(lines))
    assert not any("javascript" in said for said in lines)
