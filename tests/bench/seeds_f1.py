"""Measure watchlists on labelled items: precision, recall and F1 by topic, macro F1 by group.

    python tests/bench/seeds_f1.py ITEMS.jsonl [-w WATCHLIST.yaml …] [--labels KEY] [--misses]

Each line of ITEMS.jsonl is an object with `id`, `title`, `summary`, `language`, `url` and, under
the key of `--labels` (default `labels_summary`), the ids of the topics that it belongs to.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from watcher.match import Matcher
from watcher.models import Item
from watcher.watchlist import load

SEEDS = Path(__file__).parents[2] / "seeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One item, the topics it belongs to and the topics that were found."""

    item: Item
    wanted: frozenset[str]
    found: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one topic did over all items."""

    topic: str
    right: int
    extra: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.extra)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.extra + self.missed)


def judge(records: Iterable[Mapping[str, Any]], matcher: Matcher, labels: str) -> Iterator[Judged]:
    """Match title and summary of each record."""
    for record in records:
        seen = {key: record.get(key) for key in ("id", "title", "summary", "language")}
        item = Item.from_json({**seen, "link": record.get("url")})
        found = frozenset(match.topic for match in matcher.match(item))
        yield Judged(item=item, wanted=frozenset(record[labels]), found=found)


def score(topic: str, judged: Sequence[Judged]) -> Score:
    """Count what was right, extra and missed."""
    wanted = [topic in one.wanted for one in judged]
    found = [topic in one.found for one in judged]
    pairs = list(zip(wanted, found, strict=True))
    return Score(
        topic=topic,
        right=pairs.count((True, True)),
        extra=pairs.count((False, True)),
        missed=pairs.count((True, False)),
    )


def report(scores: Sequence[Score]) -> Iterator[str]:
    """One line a topic, then the mean F1 of allegations and of actors."""
    yield f"{'topic':<24}{'precision':>10}{'recall':>8}{'F1':>7}   right extra missed"
    for one in scores:
        figures = f"{one.precision:>10.3f}{one.recall:>8.3f}{one.f1:>7.3f}"
        yield f"{one.topic:<24}{figures}{one.right:>8}{one.extra:>6}{one.missed:>7}"
    actors = [one.f1 for one in scores if one.topic.startswith("actor:")]
    allegations = [one.f1 for one in scores if not one.topic.startswith("actor:")]
    for name, group in (("allegations", allegations), ("actors", actors)):
        if group:
            yield f"macro F1 of {name}: {fmean(group):.3f}"


def misses(judged: Iterable[Judged]) -> Iterator[str]:
    """The items that got a topic too many or too few."""
    for one in judged:
        signs = [f"+{topic}" for topic in sorted(one.found - one.wanted)]
        signs += [f"-{topic}" for topic in sorted(one.wanted - one.found)]
        if signs:
            item = one.item
            yield f"{item.id} {item.language} {' '.join(signs)} | {item.title} | {item.summary}"


def main() -> None:
    """Read arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("items", type=Path)
    parser.add_argument("-w", "--watchlist", type=Path, action="append")
    parser.add_argument("--labels", default="labels_summary")
    parser.add_argument("--misses", action="store_true", help="print the items judged wrongly")
    asked = parser.parse_args()
    topics = load(asked.watchlist or sorted(SEEDS.glob("*.yaml"))).topics
    lines = asked.items.read_text(encoding="utf-8").splitlines()
    judged = list(judge(map(json.loads, lines), Matcher(topics), asked.labels))
    out = list(misses(judged)) if asked.misses else []
    out += report([score(topic.id, judged) for topic in topics])
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
