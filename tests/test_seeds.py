from pathlib import Path
from typing import Any

import pytest
import yaml

from watcher.match import Matcher
from watcher.models import Item, Topic
from watcher.watchlist import load

SEEDS = Path(__file__).parents[1] / "seeds"
TOPICS = [
    "satellite-intel",
    "arms-support",
    "strikes-on-investors",
    "beijing-response",
    "actor:alexandrov",
    "actor:szru",
    "actor:zelenskyy",
    "actor:xi",
    "actor:putin",
]
SCRIPT: dict[str, Any] = yaml.safe_load((SEEDS / "demo/script.yaml").read_text(encoding="utf-8"))
ITEMS: list[dict[str, Any]] = SCRIPT["items"]
TEXTS = ("title", "summary", "content", "author")


@pytest.fixture(scope="module")
def topics() -> tuple[Topic, ...]:
    return tuple(load(sorted(SEEDS.glob("*.yaml"))).topics)


@pytest.fixture(scope="module")
def matcher(topics: tuple[Topic, ...]) -> Matcher:
    return Matcher(topics)


def found(matcher: Matcher, item: Item) -> set[str]:
    return {match.topic for match in matcher.match(item)}


def test_seeds_hold_the_nine_topics_of_the_story(topics: tuple[Topic, ...]) -> None:
    assert [topic.id for topic in topics] == TOPICS


@pytest.mark.parametrize("topic_id", TOPICS)
def test_each_topic_says_why_and_matches_its_own_tests(
    topic_id: str, topics: tuple[Topic, ...], matcher: Matcher
) -> None:
    topic = next(topic for topic in topics if topic.id == topic_id)
    assert topic.why
    assert min(len(topic.tests.match), len(topic.tests.ignore)) >= 6
    assert [i.title for i in topic.tests.match if topic_id not in found(matcher, i)] == []
    assert [i.title for i in topic.tests.ignore if topic_id in found(matcher, i)] == []


@pytest.mark.parametrize("planted", ITEMS, ids=[f"{n}" for n in range(len(ITEMS))])
def test_each_item_of_the_demo_matches_what_it_expects(
    planted: dict[str, Any], matcher: Matcher
) -> None:
    language = {outlet["id"]: outlet["language"] for outlet in SCRIPT["outlets"]}
    texts = {name: planted.get(name, "") for name in TEXTS}
    item = Item(language=language[planted["outlet"]], **texts)
    assert found(matcher, item) == set(planted["expect"])


def test_the_demo_has_a_newsroom_of_many_languages_and_formats() -> None:
    outlets = SCRIPT["outlets"]
    assert {outlet["format"] for outlet in outlets} == {"rss", "atom", "json"}
    assert {"en", "uk", "ru", "zh", "de", "es"} <= {outlet["language"] for outlet in outlets}
    assert {outlet["kind"] for outlet in outlets} == {"wire", "national", "state", "broadcaster"}
    assert {item["outlet"] for item in ITEMS} == {outlet["id"] for outlet in outlets}
