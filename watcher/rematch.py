"""A changed topic → gained and lost matches over the stored items."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from watcher.clock import Clock
from watcher.errors import StoreError
from watcher.match import Matcher
from watcher.models import Item, Match, Origin, Topic
from watcher.store import Rematch, SqliteStore

log = logging.getLogger(__name__)

CHUNK = 200
"""Items matched again between two turns of the loop: polling goes on."""
IDLE_S = 1.0
TROUBLE_S = 10.0

Topics = Mapping[str, Topic]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an edited topic would gain and lose, with the evidence of each side."""

    topic: str
    item: Item
    gained: bool
    match: Match


def diff(
    before: Iterable[Topic], after: Iterable[Topic], items: Iterable[Item]
) -> Iterable[Change]:
    """Compare two watchlists over items: every (item, topic) that only one of them matches.

    Topics of equal version are left out beforehand: they mean the same.
    """
    old, new = _changed(before, after)
    old_matcher, new_matcher = Matcher(old), Matcher(new)
    for item in items:
        was = {match.topic: match for match in old_matcher.match(item)}
        now = {match.topic: match for match in new_matcher.match(item)}
        for topic in sorted(now.keys() - was.keys()):
            yield Change(topic=topic, item=item, gained=True, match=now[topic])
        for topic in sorted(was.keys() - now.keys()):
            yield Change(topic=topic, item=item, gained=False, match=was[topic])


def _changed(
    before: Iterable[Topic], after: Iterable[Topic]
) -> tuple[Sequence[Topic], Sequence[Topic]]:
    old, new = ({topic.id: topic for topic in topics} for topics in (before, after))
    same = {name for name in old.keys() & new.keys() if old[name].version == new[name].version}
    return (
        [topic for name, topic in old.items() if name not in same],
        [topic for name, topic in new.items() if name not in same],
    )


@dataclass(slots=True, kw_only=True)
class Backfill:
    """Matches changed topics over what is stored, chunk by chunk; a restart resumes.

    What a topic gains is logged with origin `backfill` and no notice; what it loses is dated in
    `superseded_at`. How far it is, is written with each chunk.
    """

    store: SqliteStore
    clock: Clock
    _matcher: Matcher | None = None
    _matcher_of: frozenset[tuple[str, str]] = frozenset()

    async def run(self, topics_of: Callable[[], Topics]) -> None:
        """Work off what is pending, for ever; `topics_of` gives the topics in force."""
        while True:
            try:
                pause_s = 0.0 if self.step(topics_of()) else IDLE_S
            except StoreError as error:
                log.warning("the backfill has to wait: %s", error)
                pause_s = TROUBLE_S
            await asyncio.sleep(pause_s)

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
        matcher = self._matcher_for(group, topics)
        matches = [(item, match) for item in items for match in matcher.match(item)]
        now = self.clock()
        self.store.log_matches(
            matches, topics=topics, origin=Origin.BACKFILL, now=now, notify=False
        )
        for rematch in group:
            hold = {item.id for item, match in matches if match.topic == rematch.topic}
            logged = self.store.matched_items(
                rematch.topic, after_id=rematch.after_id, up_to_id=reached
            )
            self.store.supersede(rematch.topic, sorted(logged - hold), now=now)
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
