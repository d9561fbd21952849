"""Matches written for other programs, and read back by them."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.export import ATOM, COLUMNS, to_atom, to_csv, to_json, to_json_feed, to_jsonl
from watcher.models import Evidence, Item, LoggedMatch, Origin, Severity, State
from watcher.parse import parse_document

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
IN = f"{{{ATOM}}}"
ITEM = Item(
    id=7,
    title="Flood & <b>mud</b>",
    summary="The river rose.",
    link="https://harbour.example/1?a=1&b=2",
    guid="1",
    language="en",
    published_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
    seen_at=datetime(2026, 3, 2, 11, tzinfo=UTC),
    outlet="Harbour Post",
    feed="https://harbour.example/feed",
    country="GB",
)
MATCH = LoggedMatch(
    id=3,
    matched_at=NOW,
    topic="flood",
    topic_version="1",
    severity=Severity.HIGH,
    origin=Origin.LIVE,
    state=State.NEW,
    item=ITEM,
    story=5,
    evidence=(
        Evidence(field="title", start=0, end=5, text="Flood", term="flood"),
        Evidence(field="summary", start=4, end=9, text="river", term="river*"),
    ),
)


def of(**changes: Any) -> LoggedMatch:
    return replace(MATCH, item=replace(ITEM, **changes))


def rows(*matches: LoggedMatch, raw: bool = False) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(to_csv(matches, raw=raw)), newline="")))


def feed(*matches: LoggedMatch) -> ElementTree.Element:
    return ElementTree.fromstring(to_atom(matches, now=NOW))


def test_json_tells_all_of_a_match() -> None:
    assert json.loads(json.dumps(to_json(MATCH))) == {
        "id": 3,
        "matched_at": "2026-03-02T12:00:00Z",
        "topic": "flood",
        "severity": "high",
        "item": 7,
        "outlet": "Harbour Post",
        "feed": "https://harbour.example/feed",
        "title": "Flood & <b>mud</b>",
        "link": "https://harbour.example/1?a=1&b=2",
        "published_at": "2026-03-02T10:00:00Z",
        "seen_at": "2026-03-02T11:00:00Z",
        "language": "en",
        "country": "GB",
        "story": 5,
        "state": "new",
        "origin": "live",
        "evidence": [
            {"field": "title", "start": 0, "end": 5, "text": "Flood", "term": "flood"},
            {"field": "summary", "start": 4, "end": 9, "text": "river", "term": "river*"},
        ],
    }


def test_an_item_without_a_date_has_null_for_it() -> None:
    assert to_json(of(published_at=None))["published_at"] is None


def test_json_lines_are_one_line_a_match() -> None:
    lines = list(to_jsonl([MATCH, of(title="two\nlines\u2028and more")]))
    assert [line.count("\n") for line in lines] == [1, 1]
    assert json.loads(lines[1])["title"] == "two\nlines\u2028and more"


@given(st.text())
def test_json_says_any_text_exactly_and_shows_no_terminal_escape(title: str) -> None:
    (line,) = to_jsonl([of(title=title)])
    assert json.loads(line)["title"] == title
    assert not set(line[:-1]) & set("\x1b\x9b\x85\u202e\u2066\u200f\x7f\n")


def test_csv_has_a_row_a_match_under_a_head() -> None:
    (row,) = rows(MATCH)
    assert tuple(row) == COLUMNS
    assert row["title"] == "Flood & <b>mud</b>"
    assert (row["id"], row["severity"], row["evidence"]) == ("3", "high", "Flood; river")


@pytest.mark.parametrize("raw", [False, True], ids=["guarded", "raw"])
@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_cell_that_looks_like_a_formula_is_guarded_unless_raw(title: str, *, raw: bool) -> None:
    (row,) = rows(of(title=title), raw=raw)
    assert (row["title"][0] == "'") is not raw
    assert not raw or row["title"] == title


def test_csv_keeps_quotes_commas_and_lines_in_their_cell() -> None:
    (row,) = rows(of(title='a "b", c\nd', published_at=None), raw=True)
    assert (row["title"], row["published_at"]) == ('a "b", c\nd', "")


def test_atom_has_what_the_standard_demands() -> None:
    written = feed(MATCH, replace(MATCH, id=4, matched_at=NOW.replace(hour=9)))
    for element in (written, *written.findall(f"{IN}entry")):
        assert all(element.findtext(f"{IN}{name}") for name in ("id", "title", "updated"))
    assert written.findtext(f"{IN}updated") == "2026-03-02T12:00:00Z"
    ids = [entry.findtext(f"{IN}id") for entry in written.iter(f"{IN}entry")]
    assert ids == ["urn:watcher:match:3", "urn:watcher:match:4"]
    assert all(
        entry.find(f"{IN}author/{IN}name") is not None for entry in written.iter(f"{IN}entry")
    )


def test_atom_of_nothing_is_dated_now() -> None:
    assert feed().findtext(f"{IN}updated") == "2026-03-02T12:00:00Z"


def test_atom_of_an_odd_item_is_still_whole() -> None:
    (entry,) = feed(of(title="\x00\x1b", link="javascript:alert(1)", outlet="", published_at=None))[
        4:
    ]
    assert entry.find(f"{IN}link") is None
    assert entry.findtext(f"{IN}author/{IN}name") == "unknown"
    assert feed(of(title="", summary="")).findtext(f"{IN}entry/{IN}title") == "(no title)"


@example("\ufffe\uffff", "\x00\ud800")
@given(st.text(), st.text())
def test_atom_is_xml_whatever_the_text(title: str, outlet: str) -> None:
    assert len(feed(of(title=title, outlet=outlet)).findall(f"{IN}entry")) == 1


def test_a_json_feed_has_what_its_page_demands() -> None:
    written = json.loads(to_json_feed([MATCH, of(outlet="", link="", published_at=None)]))
    assert written["version"] == "https://jsonfeed.org/version/1.1"
    full, bare = written["items"]
    assert full["_watcher"] == json.loads(json.dumps(to_json(MATCH)))
    assert (full["url"], full["authors"]) == (ITEM.link, [{"name": "Harbour Post"}])
    assert {"url", "authors"}.isdisjoint(bare)
    assert bare["content_text"] == "flood (high): Flood, river. The river rose."


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        pytest.param(to_atom([MATCH], now=NOW), "application/atom+xml", id="Atom"),
        pytest.param(to_json_feed([MATCH]), "application/feed+json", id="JSON Feed"),
    ],
)
def test_our_own_parser_reads_the_feeds_back(text: str, content_type: str) -> None:
    document = parse_document(
        text.encode(), content_type=content_type, url="https://watcher.example/matches"
    )
    (item,) = document.items
    assert (item.guid, item.link) == ("urn:watcher:match:3", ITEM.link)
    assert item.title.startswith("Flood & ")
