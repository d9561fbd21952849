"""Items × topics → matches: each topic waits for the rarest of what it cannot do without."""

import gc
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from operator import itemgetter

from watcher.match.clauses import All, Clause, Marking, Numbers, Terms
from watcher.match.compile import Compiler, fields_of, query_of
from watcher.match.evidence import evidence_when_asked
from watcher.match.lexicon import Lexicon
from watcher.match.reading import Reading
from watcher.models import SEARCHED, Item, Match, Topic
from watcher.nodes import FIELDS, Field

EVERY_ITEM = "every item"
"""What a topic costs that can match without any of its terms."""


class Matcher:
    """Holds items against topics; topics may come and go meanwhile."""

    def __init__(self, topics: Iterable[Topic] = ()) -> None:
        self._topics: dict[str, Topic] = {}
        self._rooms: dict[tuple[str, ...], _Room] = {}
        self._added = 0
        # Everything made here stays: the collector would only look at it again and again.
        collecting = gc.isenabled()
        gc.disable()
        try:
            for topic in topics:
                self.add(topic)
        finally:
            if collecting:
                gc.enable()

    def match(self, item: Item) -> list[Match]:
        """Match `item` against all topics; in the order in which they were added."""
        self._begin()
        return self._match(item)

    def match_together(self, items: Iterable[Item]) -> list[tuple[Item, Match]]:
        """Match some items of a document, one after the other.

        Their words together are bounded as those of one item are.
        """
        self._begin()
        return [(item, match) for item in items for match in self._match(item)]

    def _begin(self) -> None:
        for room in self._rooms.values():
            room.begin()

    def _match(self, item: Item) -> list[Match]:
        found = [pair for room in self._rooms.values() for pair in room.match(item)]
        if len(self._rooms) > 1:
            found.sort(key=_NUMBER)
        return [match for _, match in found]

    def add(self, topic: Topic) -> None:
        """Watch for `topic`, in place of the one of the same id."""
        self.remove(topic.id)
        self._topics[topic.id] = topic
        self._added += 1
        room = self._rooms.get(topic.languages)
        if room is None:
            room = self._rooms[topic.languages] = _Room(topic.languages)
        room.add(topic, self._added)

    def remove(self, topic_id: str) -> None:
        """Watch for the topic no more; of an unknown one nothing changes."""
        topic = self._topics.pop(topic_id, None)
        if topic is None:
            return
        room = self._rooms[topic.languages]
        room.remove(topic_id)
        if room.removed > max(_FEWEST_TO_CLEAR, len(room.plans)):
            self._clear(topic.languages)

    def _clear(self, languages: tuple[str, ...]) -> None:
        """Build a room anew, without the words of topics that are gone."""
        plans = self._rooms.pop(languages).plans
        if plans:
            room = self._rooms[languages] = _Room(languages)
            for topic_id, plan in plans.items():
                room.add(self._topics[topic_id], plan.number)

    def cost(self, topic_id: str) -> float | str:
        """Tell in what share of items the topic must be looked at; or `EVERY_ITEM`.

        Raises:
            KeyError: No such topic.
        """
        return self._rooms[self._topics[topic_id].languages].cost(topic_id)


_NUMBER = itemgetter(0)
_FEWEST_TO_CLEAR = 1000
"""So many topics may be removed before their words are forgotten, all at once."""
_FIRST_PATIENCE = 4
"""So often items that teach may wake a topic in vain before it waits for something rarer."""
_FIRST_LESSONS = 500
"""So many items teach what is frequent."""
_ONE_IN = 16
"""Later one in so many does."""
_FORGETTING = 16_384
"""After so many items that taught, counts are halved: what is frequent changes."""


class _Plan:
    """A topic in the engine, and what it waits for."""

    __slots__ = (
        *("_marking", "also", "clause", "fields", "left", "number", "patience", "topic"),
        *("vain", "waits_for"),
    )

    def __init__(self, topic: Topic, number: int, clause: Clause) -> None:
        self.topic = topic.id
        self.fields = topic.fields
        self.number = number
        self.clause = _as_all(clause)
        self.waits_for: Numbers = ()
        """Numbers one of which must be found; none: it is looked at for every item."""
        self.also: Numbers = ()
        """Numbers one of which must be found, too: the rarest of the rest."""
        self.left: Clause | None = None
        """What else it asks when one of each was found; mostly nothing."""
        self.vain = 0
        self.patience = _FIRST_PATIENCE
        self._marking: Marking | None = None

    def marking(self) -> Marking:
        """Gather what a match of it is founded on; most topics wait long for one."""
        if self._marking is None:
            self._marking = Marking.of(self.clause)
        return self._marking


def _as_all(clause: Clause) -> All:
    match clause:
        case All():
            return clause
        case Terms():
            return All((clause.numbers,), (), ())
        case _:
            return All((), (), (clause,))


class _Room:
    """The topics of the same languages: one lexicon, one reading of each item."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._lexicon = Lexicon(languages)
        self._compiler = Compiler(self._lexicon)
        self._fields: tuple[Field, ...] = SEARCHED
        self._waiting: list[list[_Plan] | None] = []
        """The plans that wait for each number; a list is looked up quicker than a dict."""
        self._always: dict[_Plan, None] = {}
        self._seen: Counter[int] = Counter()
        self._read = 0
        self._items = 0
        self.plans: dict[str, _Plan] = {}
        self.removed = 0

    def begin(self) -> None:
        """Begin to match items together."""
        self._lexicon.begin()

    def match(self, item: Item) -> list[tuple[int, Match]]:
        """Match `item`: the number of each topic that it matches, and the match."""
        reading = Reading(item, self._lexicon, self._fields)
        whole = reading.view(self._fields)
        searched = whole if self._fields == SEARCHED else reading.view(SEARCHED)
        found = whole.found
        woken = set(chain.from_iterable(filter(None, map(self._waiting.__getitem__, found))))
        matched: list[tuple[int, Match]] = []
        held: list[_Plan] = []
        likely = [plan for plan in woken if not found.isdisjoint(plan.also)]
        for plan in (*self._always, *likely):
            view = searched if plan.fields == SEARCHED else reading.view(plan.fields)
            left = plan.left if view is whole else plan.clause
            if left is None or left.holds(view):
                match = Match(plan.topic, evidence_when_asked(plan.marking(), view))
                matched.append((plan.number, match))
                held.append(plan)
        self._read += 1
        if self._read < _FIRST_LESSONS or self._read % _ONE_IN == 0:
            self._learn(found, woken.difference(held))
        matched.sort(key=_NUMBER)
        return matched

    def _learn(self, found: Iterable[int], woken_in_vain: Iterable[_Plan]) -> None:
        self._items += 1
        self._seen.update(found)
        if self._items > _FORGETTING:
            self._items //= 2
            self._seen = Counter({number: count // 2 for number, count in self._seen.items()})
        for plan in woken_in_vain:
            plan.vain += 1
            if plan.vain >= plan.patience:
                plan.vain = 0
                plan.patience *= 2
                self._stop_waiting(plan)
                self._let_wait(plan)

    def add(self, topic: Topic, number: int) -> None:
        """Take in a topic; `number` tells its place among all."""
        node = query_of(topic)
        asked = {*self._fields, *topic.fields, *fields_of(node)}
        self._fields = tuple(field for field in FIELDS if field in asked)
        plan = self.plans[topic.id] = _Plan(topic, number, self._compiler.node(node))
        self._waiting.extend([None] * (len(self._lexicon.labels) - len(self._waiting)))
        self._let_wait(plan)

    def remove(self, topic_id: str) -> None:
        """Let a topic go; its words stay in the lexicon."""
        self._stop_waiting(self.plans.pop(topic_id))
        self.removed += 1

    def cost(self, topic_id: str) -> float | str:
        """Tell in what share of the items met the topic had to be looked at; a guess before any."""
        plan = self.plans[topic_id]
        if not plan.waits_for:
            return EVERY_ITEM
        if not self._items:
            return min(1.0, self._shares(plan.waits_for))
        return min(1.0, sum(map(self._seen.__getitem__, plan.waits_for)) / self._items)

    def _let_wait(self, plan: _Plan) -> None:
        need = plan.clause.need(self._share)
        plan.waits_for = need[1] if need else ()
        for number in plan.waits_for:
            waiting = self._waiting[number]
            if waiting is not None:
                waiting.append(plan)
            else:
                self._waiting[number] = [plan]
        if not need:
            self._always[plan] = None
        clause = plan.clause
        others = [numbers for numbers in clause.needs if numbers != plan.waits_for]
        plan.also = min(others, key=self._shares, default=plan.waits_for)
        needs = tuple(numbers for numbers in others if numbers != plan.also)
        is_all = not (needs or clause.bars or clause.others)
        plan.left = None if is_all else All(needs, clause.bars, clause.others)

    def _stop_waiting(self, plan: _Plan) -> None:
        self._always.pop(plan, None)
        for number in plan.waits_for:
            waiting = self._waiting[number] or []
            waiting.remove(plan)
            if not waiting:
                self._waiting[number] = None

    def _shares(self, numbers: Numbers) -> float:
        return sum(map(self._share, numbers))

    def _share(self, number: int) -> float:
        """Guess from the items met so far in what share of items `number` is found."""
        guess = _SHARE_OF_PHRASE if self._lexicon.is_phrase(number) else _SHARE_OF_WORD
        return (self._seen[number] + guess * _DOUBT) / (self._items + _DOUBT)


_SHARE_OF_PHRASE = 0.001
_SHARE_OF_WORD = 0.01
_DOUBT = 20
"""So many items the first guess weighs as much as."""
