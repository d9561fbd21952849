"""The reference of the watchlist format runs."""

import re
from pathlib import Path

import pytest
import yaml

from watcher.check import check
from watcher.match import Matcher, explain
from watcher.match.lexicon import MOST_INFLECTED, MOST_LOOKED_UP
from watcher.match.reading import MOST_TOLD, MOST_WORDS
from watcher.models import Item, Topic
from watcher.nodes import FIELDS, Node, Or
from watcher.query import name_node, parse
from watcher.query.grammar import FACT_NAMES
from watcher.query.terms import LONGEST_WORD
from watcher.watchlist import load

REFERENCE = (Path(__file__).parent.parent / "seeds" / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| ([^|]+) \| ([^|]+) \| [^|]+ \|$", REFERENCE, re.MULTILINE)
STEPS = re.findall(r"^```yaml\n(.+?)^```", REFERENCE, re.MULTILINE | re.DOTALL)
ANSWERS = re.findall(r"^```text\n(.+?)^```", REFERENCE, re.MULTILINE | re.DOTALL)
NAMES: dict[str, Node] = {"china": Or(tuple(map(name_node, ["China", "PRC", "Китай", "中国"])))}


def item(told: str) -> Item:
    """Read a cell: a title, or the fields of an item in braces."""
    fields = yaml.load(told.strip("`"), yaml.BaseLoader) if "{" in told else {"title": told}
    return Item.from_json({"id": 1, "language": "en", **fields})


@pytest.mark.parametrize(("query", "matching", "other"), ROWS, ids=[row[0] for row in ROWS])
def test_examples_of_the_reference_are_true(query: str, matching: str, other: str) -> None:
    node = parse(query, names=NAMES).node
    matcher = Matcher([Topic(id="t", query=node, languages=("en",))])
    assert [bool(matcher.match(item(told))) for told in (matching, other)] == [True, False]


@pytest.mark.parametrize(
    "begin",
    [
        *(f"{name}:" for name in (*FIELDS, *FACT_NAMES)),
        *(f"{name}:{sign}" for name in ("published", "age") for sign in (">", ">=", "<", "<=")),
    ],
)
def test_every_field_and_fact_has_an_example_in_the_reference(begin: str) -> None:
    assert any(re.match(rf"{begin}[^=]", query) for query, _, _ in ROWS)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(f"the first {MOST_WORDS:,} words are read", id="words of a field"),
        pytest.param(f"over {LONGEST_WORD} letters is none", id="letters of a word"),
        pytest.param(f"the first {MOST_INFLECTED:,} are inflected", id="different words"),
        pytest.param(f"words are looked up {MOST_LOOKED_UP:,} times", id="words of a document"),
        pytest.param(f"the first {MOST_TOLD:,} are shown as evidence", id="places of a term"),
    ],
)
def test_the_limits_are_those_of_the_reference(told: str) -> None:
    assert told in REFERENCE


@pytest.fixture
def ferry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = Path("watchlists") / "ferry.yaml"
    file.parent.mkdir()
    return file


@pytest.mark.parametrize(
    ("step", "failing"),
    [(0, 0), (1, 0), (2, 1), (3, 0)],
    ids=["three lines", "names", "test", "mended"],
)
def test_each_step_of_the_ten_minutes_checks_as_told(ferry: Path, step: int, failing: int) -> None:
    ferry.write_text(STEPS[step], encoding="utf-8")
    report = check(watchlists=[ferry])
    assert (report.problems, report.warnings) == ((), ())
    assert [f"{failed.to_text()}\n" for failed in report.failed_tests] == ANSWERS[1 : 1 + failing]


def test_the_first_explanation_of_the_ten_minutes_is_what_is_said(ferry: Path) -> None:
    ferry.write_text(STEPS[0], encoding="utf-8")
    (topic,) = load([ferry]).topics
    command, told = ANSWERS[0].split("\n", 1)
    text = command.split("'")[1]
    assert explain(topic, item(text)).to_text().strip() == told.strip()
