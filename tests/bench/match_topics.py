"""How fast items are matched as topics grow: `python -m tests.bench.match_topics [TOPICS …]`.

Made-up words with Zipf frequencies in three scripts, items of 72 words, topics of an actor of
eight names AND three words, a third of them with NOT. Prints a table; only ratios carry over to
other machines. Inflection is off, as word lists would be asked for words that no language has.
"""

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from watcher.match import Matcher
from watcher.models import Item, Topic
from watcher.nodes import And, Node, Not, Or, Term

SYLLABLES = (
    ("ka", "lo", "mi", "ter", "sha", "ven", "du", "pri", "on", "es"),
    ("ко", "ри", "ша", "лен", "ту", "да", "бор", "ми", "сте", "зу"),
    tuple(map(chr, range(0x4E00, 0x4E00 + 2000))),
)
WORDS_OF_A_SCRIPT = 10_000
WORDS_OF_AN_ITEM = 72


class World:
    """Words by rank, the frequent first; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._words = [self._vocabulary(syllables) for syllables in SYLLABLES]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(WORDS_OF_A_SCRIPT)))

    def _vocabulary(self, syllables: Sequence[str]) -> list[str]:
        words: dict[str, None] = {}
        while len(words) < WORDS_OF_A_SCRIPT:
            length = self._random.randint(2, 5 if len(syllables) < 100 else 3)
            words["".join(self._random.choices(syllables, k=length))] = None
        return list(words)

    def item(self) -> Item:
        """Write an item in one script."""
        words = self._random.choices(
            self._random.choice(self._words), cum_weights=self._weights, k=WORDS_OF_AN_ITEM
        )
        return Item(title=" ".join(words[:12]), summary=" ".join(words[12:]))

    def topic(self, number: int) -> Topic:
        """Watch for an actor together with some words."""
        names = self._any_of(8, lowest=1000, words=2)
        parts: list[Node] = [names, self._any_of(3, lowest=10, words=1)]
        if number % 3 == 0:
            parts.append(Not(self._any_of(2, lowest=100, words=1)))
        return Topic(id=str(number), query=And(tuple(parts)))

    def _any_of(self, count: int, *, lowest: int, words: int) -> Or:
        return Or(
            tuple(
                Term(
                    " ".join(
                        self._random.choice(self._random.choice(self._words)[lowest:])
                        for _ in range(self._random.randint(1, words))
                    )
                )
                for _ in range(count)
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one number of topics costs; CPU time of this process."""

    topics: int
    build_s: float
    items_per_s: float
    matches_per_item: float
    add_ms: float
    remove_ms: float


def measure(topics: int, items: int, *, seed: int = 1) -> Measured:
    """Build a matcher, warm it, match `items` items with evidence, add and remove topics."""
    world = World(seed)
    begun = time.process_time()
    matcher = Matcher(map(world.topic, range(topics)))
    build_s = time.process_time() - begun
    for _ in range(items):
        matcher.match(world.item())
    batch = [world.item() for _ in range(items)]
    begun = time.process_time()
    matches = sum(bool(match.evidence) for item in batch for match in matcher.match(item))
    spent = time.process_time() - begun
    added = [world.topic(topics + number) for number in range(20)]
    begun = time.process_time()
    for topic in added:
        matcher.add(topic)
    add_s = time.process_time() - begun
    begun = time.process_time()
    for topic in added:
        matcher.remove(topic.id)
    remove_s = time.process_time() - begun
    return Measured(
        topics=topics,
        build_s=build_s,
        items_per_s=items / max(spent, 1e-9),
        matches_per_item=matches / items,
        add_ms=add_s / len(added) * 1e3,
        remove_ms=remove_s / len(added) * 1e3,
    )


def main(arguments: Sequence[str]) -> None:
    """Print a row for each number of topics."""
    rows = ["| topics | build s | items per CPU s | matches an item | add ms | remove ms |"]
    rows.append("| --- | --- | --- | --- | --- | --- |")
    for topics in map(int, arguments or ("100", "1000", "10000")):
        told = measure(topics, 2000)
        rows.append(
            f"| {told.topics} | {told.build_s:.2f} | {told.items_per_s:.0f} "
            f"| {told.matches_per_item:.2f} | {told.add_ms:.2f} | {told.remove_ms:.2f} |"
        )
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
