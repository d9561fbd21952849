import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from tests.stored import feed_at, prune
from watcher.models import (
    Evidence,
    Item,
    Match,
    Origin,
    Severity,
    State,
    Subscription,
    Topic,
)
from watcher.nodes import Term
from watcher.store import MatchFilter, SqliteStore

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
RAIL = Topic(id="rail", query=Term("strike"), version="1", severity=Severity.HIGH)
PAY = Topic(id="pay", query=Term("pay"), version="1", severity=Severity.LOW)
TOPICS = {topic.id: topic for topic in (RAIL, PAY)}
PLACE = Evidence(field="title", start=0, end=6, text="Strike", term="strike")


@pytest.fixture
def store(store: SqliteStore) -> SqliteStore:
    store.add_feed(Subscription(url="https://a.example/f", outlet="Кур'єр", country="ua"), now=NOW)
    store.add_feed(
        Subscription(url="https://b.example/f", outlet="Bote", country="de", language="de"), now=NOW
    )
    return store


def add(store: SqliteStore, *items: Item, feed_url: str = "https://a.example/f") -> list[Item]:
    feed = feed_at(store, feed_url)
    return list(store.add_new_items(feed, items, now=NOW).new)


def log(
    store: SqliteStore,
    *items: Item,
    topic: Topic = RAIL,
    now: datetime = NOW,
    place: Evidence = PLACE,
) -> list[int]:
    found = [(item, Match(topic.id, lambda: (place,))) for item in items]
    topics = {**TOPICS, topic.id: topic}
    return list(store.log_matches(found, topics=topics, origin=Origin.LIVE, now=now, notify=False))


def ids(store: SqliteStore, **wanted: object) -> list[int]:
    return [match.id for match in store.matches(MatchFilter(**wanted))]  # type: ignore[arg-type]  # any


def test_a_match_is_logged_with_everything_that_defends_it(store: SqliteStore) -> None:
    (item,) = add(store, Item(guid="1", title="Strike ends", link="https://a.example/1"))
    (number,) = log(store, item)
    match = store.match(number)
    assert match is not None
    assert match.item == store.item(1)
    assert match.item.title == item.title
    assert (match.topic, match.topic_version, match.severity) == ("rail", "1", Severity.HIGH)
    assert (match.matched_at, match.origin, match.state) == (NOW, Origin.LIVE, State.NEW)
    assert match.evidence == (PLACE,)
    assert (match.story, match.superseded_at) == (item.id, None)
    assert store.match(99) is None


def test_an_item_matches_a_topic_once(store: SqliteStore) -> None:
    (item,) = add(store, Item(guid="1"))
    assert log(store, item, item) == [1]
    assert log(store, item) == []
    assert log(store, item, topic=PAY) != []
    assert store.count_judged() == {(RAIL.id, State.NEW): 1, (PAY.id, State.NEW): 1}


def test_an_item_dropped_in_the_meantime_is_passed_over(store: SqliteStore) -> None:
    (item,) = add(store, Item(guid="1"))
    prune(store, NOW + timedelta(days=100))
    assert log(store, item) == []


def test_a_match_that_is_there_keeps_its_triage_and_takes_new_evidence(store: SqliteStore) -> None:
    (item,) = add(store, Item(guid="1"))
    log(store, item)
    store.mark([1], state=State.KEPT, note="seen")
    elsewhere = PLACE._replace(start=9, end=15)
    log(store, item, topic=dataclasses.replace(RAIL, version="2"), place=elsewhere, now=NOW + HOUR)
    match = store.match(1)
    assert match is not None
    assert (match.evidence, match.topic_version) == ((elsewhere,), "2")
    assert (match.state, match.note, match.matched_at) == (State.KEPT, "seen", NOW)


def test_a_match_keeps_the_text_it_was_found_in_until_it_is_found_in_another(
    store: SqliteStore,
) -> None:
    feed = feed_at(store, "https://a.example/f")
    (item,) = add(store, Item(guid="1", title="Strike ends"))
    log(store, item)
    store.add_new_items(feed, [Item(guid="1", title="Nothing ends")], now=NOW)
    added = store.add_new_items(feed, [Item(guid="1", title="The Strike ends")], now=NOW)
    match, stored = store.match(1), store.item(1)
    assert match is not None
    assert stored is not None
    assert (match.item.title, stored.title) == ("Strike ends", "The Strike ends")
    log(store, *added.rewritten, place=PLACE._replace(start=4, end=10))
    match = store.match(1)
    assert match is not None
    assert match.item.title == "The Strike ends"
    assert [match.item.title[place.start : place.end] for place in match.evidence] == ["Strike"]


def test_a_match_that_holds_no_more_is_dated_and_left_out(store: SqliteStore) -> None:
    items = add(store, Item(guid="1"), Item(guid="2"))
    log(store, *items)
    log(store, *items, topic=PAY)
    store.supersede("rail", [1], now=NOW + HOUR)
    store.supersede("rail", [1], now=NOW + 2 * HOUR)
    assert ids(store, topics=("rail",)) == [2]
    assert ids(store, topics=("rail",), superseded=True) == [2, 1]
    match = store.match(1)
    assert match is not None
    assert match.superseded_at == NOW + HOUR
    assert store.matched_items(after_id=0, up_to_id=9) == {"rail": {2}, "pay": {1, 2}}


def test_a_match_that_holds_again_counts_again(store: SqliteStore) -> None:
    (item,) = add(store, Item(guid="1"))
    log(store, item)
    store.supersede("rail", [1], now=NOW)
    assert log(store, item) == []
    assert ids(store) == [1]


def test_items_that_match_are_told_by_range(store: SqliteStore) -> None:
    log(store, *add(store, *(Item(guid=str(number)) for number in range(5))))
    assert store.matched_items(after_id=1, up_to_id=3) == {"rail": {2, 3}}
    assert store.matched_items(after_id=5, up_to_id=9) == {}


@pytest.fixture
def logged(store: SqliteStore) -> SqliteStore:
    """Hold matches 1 to 4 of two topics, outlets, languages, hours."""
    courier = add(
        store,
        Item(guid="1", title="STRIKE", language="uk"),
        Item(guid="2", title="Pay", summary="Лук'янівський СУД", language="zh-Hans"),
    )
    bote = add(store, Item(guid="1", content="Die Bahn"), feed_url="https://b.example/f")
    log(store, courier[0])
    log(store, courier[1], topic=PAY, now=NOW + HOUR)
    log(store, bote[0], now=NOW + 2 * HOUR)
    log(store, bote[0], topic=PAY, now=NOW + 3 * HOUR)
    store.mark([3], state=State.DISMISSED)
    return store


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param({}, [4, 3, 2, 1], id="all, newest first"),
        pytest.param({"topics": ("rail",)}, [3, 1], id="topic"),
        pytest.param({"topics": ("rail", "pay")}, [4, 3, 2, 1], id="topics"),
        pytest.param({"topics": ("none",)}, [], id="unknown topic"),
        pytest.param({"since": NOW + 2 * HOUR}, [4, 3], id="since"),
        pytest.param({"until": NOW + HOUR}, [1], id="until then, not then"),
        pytest.param({"until": NOW + HOUR + SECOND}, [2, 1], id="until a second later"),
        pytest.param({"since": NOW + HOUR, "until": NOW + 2 * HOUR}, [2], id="one of many hours"),
        pytest.param({"outlet": "кур'єр"}, [2, 1], id="outlet"),
        pytest.param({"country": "DE"}, [4, 3], id="country"),
        pytest.param({"language": "uk"}, [1], id="language of the item"),
        pytest.param({"language": "de"}, [4, 3], id="language of the feed"),
        pytest.param({"language": "zh"}, [2], id="language covers its kinds"),
        pytest.param({"language": "zh-Hant"}, [], id="another kind"),
        pytest.param({"severity": Severity.LOW}, [4, 3, 2, 1], id="least severity"),
        pytest.param({"severity": Severity.NORMAL}, [3, 1], id="severity and above"),
        pytest.param({"state": State.DISMISSED}, [3], id="state"),
        pytest.param({"text": "strike"}, [1], id="text of the title"),
        pytest.param({"text": "суд"}, [2], id="text of the summary, any case"),
        pytest.param({"text": "bahn"}, [4, 3], id="text of the content"),
        pytest.param({"text": "%"}, [], id="a sign of SQL is a sign"),
        pytest.param({"after_id": 2}, [4, 3], id="after a number"),
        pytest.param({"outlet": "Bote", "state": State.NEW}, [4], id="two at once"),
    ],
)
def test_matches_are_found(
    logged: SqliteStore, wanted: dict[str, object], found: list[int]
) -> None:
    assert ids(logged, **wanted) == found


def test_the_evidence_of_an_item_is_read_by_topic(logged: SqliteStore) -> None:
    assert logged.logged_evidence("rail", 1) == (PLACE,)
    assert logged.logged_evidence("pay", 1) == ()


def test_no_more_matches_are_read_than_asked_for(logged: SqliteStore) -> None:
    assert [match.id for match in logged.matches(MatchFilter(), limit=3)] == [4, 3, 2]
    assert list(logged.matches(MatchFilter(), limit=0)) == []


def test_all_matches_are_read_page_by_page(store: SqliteStore) -> None:
    log(store, *add(store, *(Item(guid=str(number)) for number in range(1100))))
    assert ids(store) == list(range(1100, 0, -1))
    assert len(list(store.matches(MatchFilter(), limit=1000))) == 1000


def test_marking_keeps_the_note_unless_it_is_given_anew(logged: SqliteStore) -> None:
    logged.mark([1, 2, 99], state=State.KEPT, note="why")
    logged.mark([1], state=State.DISMISSED)
    match = logged.match(1)
    assert match is not None
    assert (match.state, match.note) == (State.DISMISSED, "why")
