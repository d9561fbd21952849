from tests.stored import NOW, URL, add, subscribe
from watcher.models import Evidence, Match, Origin, Topic
from watcher.nodes import Term
from watcher.store import MatchFilter, SqliteStore


def test_all_matches_of_an_item_are_of_its_story_and_wait_for_their_channels(
    store: SqliteStore,
) -> None:
    subscribe(store, URL)
    items = add(store, "1", "2")
    topics = {name: Topic(id=name, query=Term("x"), version="1", notify=("desk",)) for name in "ab"}
    numbers = store.log_matches(
        [(item, Match(name, tuple[Evidence, ...])) for item in items for name in topics],
        topics=topics,
        origin=Origin.LIVE,
        now=NOW,
        notify=True,
    )
    logged = {match.id: match.story for match in store.matches(MatchFilter())}
    assert logged == {1: 1, 2: 1, 3: 2, 4: 2}
    queued = store.claim_deliveries(now=NOW, limit=9)
    assert [delivery.match.id for delivery in queued] == list(numbers)
