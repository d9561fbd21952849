"""A changed topic → gained and lost matches over the stored items."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from watcher.clock import Clock
from watcher.errors import StoreError
from watcher.match import Matcher
from watcher.models import Evidence, Item, Origin, Topic
from watcher.store import Rematch, SqliteStore

log = logging.getLogger(__name__)

CHUNK = 200
"""Items matched again between two turns of the loop: polling goes on."""
IDLE_S = 1.0

Topics = Mapping[str, Topic]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An item that a topic as edited would gain, or lose, with the evidence for it."""

    topic: str
    gained: bool
    item: Item
    evidence: tuple[Evidence, ...]


def diff(
    store: SqliteStore, topics: Sequence[Topic], chunks: Iterable[Sequence[Item]]
) -> Iterator[tuple[int, list[Change]]]:
    """Compare topics as edited with the log, over runs of stored items without holes.

    Nothing is written. The log is what the topics in force make of the stored items: a topic
    whose version is in force changes nothing. Each chunk comes as the number of its items and the
    changes in it.
    """
    settled = store.settled_versions()
    edited = [topic for topic in topics if settled.get(topic.id) != topic.version]
    matcher, names = Matcher(edited), [topic.id for topic in edited]
    for items in chunks:
        yield len(items), list(_changes(store, matcher, names, items))


def _changes(
    store: SqliteStore, matcher: Matcher, topics: Sequence[str], items: Sequence[Item]
) -> Iterator[Change]:
    again = _Again(store, matcher, topics, items)
    for item, match in again.matches:
        if item.id not in again.logged[match.topic]:
            yield Change(topic=match.topic, gained=True, item=item, evidence=match.evidence)
    by_id = {item.id: item for item in items}
    for topic in again.logged:
        for item_id in again.lost(topic):
            item = again.reworded.get((topic, item_id), by_id[item_id])
            evidence = store.logged_evidence(topic, item_id)
            yield Change(topic=topic, gained=False, item=item, evidence=evidence)


class _Again:
    """Items matched again, beside what the log has of them; `logged` is by topic.

    A match of an item that was reworded since is `reworded`, by topic and item: as matched.
    """

    def __init__(
        self, store: SqliteStore, matcher: Matcher, topics: Sequence[str], items: Sequence[Item]
    ) -> None:
        self.matches = matcher.match_together(items)
        after_id, up_to_id = int(items[0].id) - 1, int(items[-1].id)
        logged = store.matched_items(after_id=after_id, up_to_id=up_to_id)
        self.logged = {topic: logged.get(topic, set()) for topic in topics}
        self._hold: dict[str, set[str | int]] = {topic: set() for topic in topics}
        for item, match in self.matches:
            self._hold[match.topic].add(item.id)
        self.reworded = {
            (topic, item.id): item
            for topic, item in store.reworded_items(after_id=after_id, up_to_id=up_to_id)
            if topic in self.logged
        }
        for (topic, item_id), item in self.reworded.items():
            if any(match.topic == topic for match in matcher.match(item)):
                self._hold[topic].add(item_id)

    def lost(self, topic: str) -> list[int]:
        """Name the items that the log has for a topic, and that match it no more."""
        return sorted(self.logged[topic] - self._hold[topic])


@dataclass(slots=True, kw_only=True)
class Backfill:
    """Matches changed topics over what is stored, chunk by chunk; a restart resumes.

    What a topic gains is logged with origin `backfill` and no notice; what it loses is dated in
    `superseded_at`. How far it is, is written with each chunk.
    """

    store: SqliteStore
    clock: Clock
    trouble_s: float = 10.0
    """How long it waits after something could not be stored."""
    bug_s: float = 600.0
    """How long it waits after a bug."""
    _matcher: Matcher | None = None
    _matcher_of: frozenset[tuple[str, str]] = frozenset()

    async def run(self, topics_of: Callable[[], Topics]) -> None:
        """Work off what is pending, for ever; `topics_of` gives the topics in force."""
        while True:
            try:
                pause_s = 0.0 if self.step(topics_of()) else IDLE_S
            except StoreError as error:
                log.warning("the backfill has to wait: %s", error)
                pause_s = self.trouble_s
            except Exception:
                log.exception("a bug in the backfill")
                pause_s = self.bug_s
            await asyncio.sleep(pause_s)

    async def finish(self, topics: Topics) -> None:
        """Work off what is pending, and return.

        Raises:
            StoreError: Something could not be stored; it is still pending.
        """
        while self.step(topics):
            await asyncio.sleep(0)

    def step(self, topics: Topics) -> bool:
        """Match one chunk again, in one transaction; tells whether there was one.

        Topics that are equally far share their chunk.
        """
        pending = [r for r in self.store.pending_rematches() if _in_force(r, topics)]
        if not pending:
            self._matcher = None
            return False
        first = min(pending, key=lambda rematch: (rematch.after_id, rematch.up_to_id))
        place = (first.after_id, first.up_to_id)
        group = [rematch for rematch in pending if (rematch.after_id, rematch.up_to_id) == place]
        items = next(
            self.store.items(after_id=first.after_id, up_to_id=first.up_to_id, chunk=CHUNK), []
        )
        reached = int(items[-1].id) if len(items) == CHUNK else first.up_to_id
        with self.store.transaction():
            self._match_again(group, topics, items, reached)
        if reached >= first.up_to_id:
            log.info("backfilled topics=%s", ",".join(rematch.topic for rematch in group))
        return True

    def _match_again(
        self, group: Sequence[Rematch], topics: Topics, items: Sequence[Item], reached: int
    ) -> None:
        now = self.clock()
        names = [rematch.topic for rematch in group]
        if items:
            again = _Again(self.store, self._matcher_for(group, topics), names, items)
            self.store.log_matches(
                again.matches, topics=topics, origin=Origin.BACKFILL, now=now, notify=False
            )
            for topic in names:
                self.store.supersede(topic, again.lost(topic), now=now)
        for rematch in group:
            self.store.advance_rematch(rematch, after_id=reached)

    def _matcher_for(self, group: Sequence[Rematch], topics: Topics) -> Matcher:
        """Build the matcher of a group once, not for each chunk."""
        wanted = frozenset((rematch.topic, rematch.version) for rematch in group)
        if self._matcher is None or wanted != self._matcher_of:
            self._matcher = Matcher([topics[rematch.topic] for rematch in group])
            self._matcher_of = wanted
        return self._matcher


def _in_force(rematch: Rematch, topics: Topics) -> bool:
    topic = topics.get(rematch.topic)
    return topic is not None and topic.version == rematch.version
