"""The commands on watchlists and texts: what each prints, and its exit codes."""

import json
from pathlib import Path

import pytest

from tests.commands import Commands, Run, lines


class TestWatchlists(Commands):
    def test_match_reads_items_and_prints_evidence(self, run: Run) -> None:
        items = '{"id": 7, "title": "a gale"}\n\n{"id": "x", "title": "calm"}\n'
        (found,) = lines(run("match", "--json", input=items))
        place = {"field": "title", "start": 2, "end": 6, "text": "gale", "term": "gale"}
        assert found == {"item": 7, "topic": "gale", "evidence": [place]}

    def test_half_a_character_ends_no_match(self, run: Run, folder: Path) -> None:
        (folder / "r.yaml").write_text(
            "version: 1\nlanguages: []\ntopics: [{id: fall, match: /fell/}]\n"
        )
        titles = ["a fell", "b \ud800 fell", "c fell"]
        items = "\n".join(json.dumps({"id": title[0], "title": title}) for title in titles)
        found = lines(run("match", "-w", "r.yaml", input=items))
        assert [match["item"] for match in found] == ["a", "b", "c"]
        (folder / "r.yaml").rename(folder / "watchlists" / "r.yaml")
        assert "fall matches" in run("explain", "fall", "--text", "b \udcff fell").stdout

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            pytest.param("{", "one JSON object a line", id="no JSON"),
            pytest.param("[1]", "one JSON object a line", id="no object"),
            pytest.param('{"title": "x"}', "'id'", id="no id"),
            pytest.param('{"id": "1", "published": "soon"}', "ISO 8601", id="no date"),
            pytest.param("[" * 100_000, "too deep", id="nested too deep"),
            pytest.param('{"id": "1\udcff"}', "UTF-8", id="no UTF-8"),
        ],
    )
    def test_a_bad_item_is_told_by_its_line(self, run: Run, line: str, why: str) -> None:
        items = f'\ufeff{{"id": "1"}}\n{line}\n'.encode("utf-8", "surrogateescape")
        result = run("match", input=items, status=2)
        assert ":2:1: " in result.stderr
        assert why in result.stderr

    def test_explain_says_what_fails(self, run: Run) -> None:
        assert "river" in run("explain", "flood", "--text", "A flood").stdout
        assert run("explain", "flood", "--text", "A flood", "--json").stdout.startswith("{")
        run("explain", "flood", status=2)

    @pytest.mark.usefixtures("store")
    def test_explain_of_a_stored_item(self, run: Run) -> None:
        assert "flood" in run("explain", "flood", "--item", "1").stdout
        run("explain", "flood", "--item", "99", status=1)

    def test_check_tells_mistakes_with_their_place(self, run: Run, folder: Path) -> None:
        run("check")
        bad = folder / "bad.yaml"
        bad.write_text("version: 1\nlanguages: []\ntopics:\n  - id: a\n    match: (x\n")
        assert "bad.yaml:5:" in run("check", "bad.yaml", status=2).output

    @pytest.mark.usefixtures("store")
    def test_check_with_reach_tells_what_each_topic_met(self, run: Run) -> None:
        assert "flood: 1 items" in run("check", "--reach", "30d").stdout
        (report,) = lines(run("check", "--reach", "30d", "--json"))
        assert report["reach"]["items"] == 3

    @pytest.mark.parametrize("what", ["watchlist", "settings"])
    def test_schema_is_json(self, run: Run, what: str) -> None:
        assert json.loads(run("schema", what).stdout)["type"] == "object"
