"""The reference of the watchlist format runs."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.match import Matcher
from watcher.models import Item, Topic
from watcher.nodes import Node, Or
from watcher.query import name_node, parse
from watcher.query.grammar import FACT_NAMES, FIELD_NAMES

REFERENCE = (Path(__file__).parent.parent / "seeds" / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| ([^|]+) \| ([^|]+) \| [^|]+ \|$", REFERENCE, re.MULTILINE)
NAMES: dict[str, Node] = {"china": Or(tuple(map(name_node, ["China", "PRC", "Китай", "中国"])))}


def item(title: str) -> Item:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    return Item(title=title, language="en", published_at=at, seen_at=at)


@pytest.mark.parametrize(("query", "matching", "other"), ROWS, ids=[row[0] for row in ROWS])
def test_examples_of_the_reference_are_true(query: str, matching: str, other: str) -> None:
    node = parse(query, names=NAMES).node
    matcher = Matcher([Topic(id="t", query=node, languages=("en",))])
    assert [bool(matcher.match(item(title))) for title in (matching, other)] == [True, False]


@pytest.mark.parametrize("name", [*FIELD_NAMES, *FACT_NAMES])
def test_every_field_and_fact_stands_in_the_reference(name: str) -> None:
    assert name in REFERENCE
