"""The `topics` commands: what each prints, and its exit codes."""

import re
from pathlib import Path

import pytest

from tests.commands import WATCHLIST, Commands, Run, lines


@pytest.mark.usefixtures("store")
class TestTopics(Commands):
    def test_the_list_tells_cost_and_yield(self, run: Run) -> None:
        flood, gale = lines(run("topics", "list", "--json"))
        assert (flood["id"], flood["new"], gale["id"]) == ("flood", 1, "gale")
        assert "Floods on the river" in run("topics", "list").stdout

    def test_show_tells_how_its_clauses_and_terms_were_judged(self, run: Run) -> None:
        run("mark", "1", "kept")
        (shown,) = lines(run("topics", "show", "flood", "--json"))
        (clause,) = shown["clauses"]
        assert (clause["clause"], clause["kept"]) == ('"flood" AND "river"', 1)
        assert {row["term"]: row["kept"] for row in clause["terms"]} == {"flood": 1, "river": 1}
        told = run("topics", "show", "flood").stdout
        assert "water.yaml:4" in told
        assert re.search(r'"flood" AND "river" +1 +1 +0 *\n +flood +1 +1 +0 *\n', told)

    def test_an_unknown_topic_names_those_there_are(self, run: Run) -> None:
        assert "flood" in run("topics", "show", "floods", status=1).stderr

    def test_a_diff_that_loses_exits_with_1(self, run: Run, folder: Path) -> None:
        assert run("topics", "diff").stdout == ""
        edited = folder / "water.yaml"
        edited.write_text(WATCHLIST.replace("match: gale", "match: fair"))
        (gained, lost) = lines(run("topics", "diff", str(edited), "--json", status=1))
        assert (gained["change"], gained["title"]) == ("gained", "A fair")
        assert (lost["change"], lost["title"]) == ("lost", "A gale")

    def test_a_diff_tells_of_a_topic_that_is_gone(self, run: Run, folder: Path) -> None:
        edited = folder / "edited" / "water.yaml"
        edited.parent.mkdir()
        edited.write_text(WATCHLIST.replace("id: gale", "id: storm"))
        assert "topic gale is gone" in run("topics", "diff", str(edited), status=1).stderr
        alone = folder / "alone.yaml"
        alone.write_text("version: 1\nlanguages: []\ntopics:\n  - id: draft\n    match: storm\n")
        assert "is gone" not in run("topics", "diff", str(alone)).stderr

    def test_a_diff_of_no_watchlist_is_refused(self, run: Run, folder: Path) -> None:
        (folder / "watchlists" / "water.yaml").unlink()
        assert "no watchlist" in run("topics", "diff", status=1).stderr

    def test_a_rematch_logs_what_a_changed_topic_gains(self, run: Run, folder: Path) -> None:
        changed = WATCHLIST.replace("match: gale", "match: fair")
        (folder / "watchlists" / "water.yaml").write_text(changed)
        run("topics", "rematch", "gale")
        assert [row["title"] for row in lines(run("matches", "--json", "--topic", "gale"))] == [
            "A fair"
        ]

    def test_suggest_names_the_system(self, run: Run) -> None:
        rows = lines(run("topics", "suggest", "Олег Александров", "--json"))
        assert {"Oleh Aleksandrov"} <= {row["text"] for row in rows}
        assert all(row["system"] for row in rows)
        assert "CN" not in run("topics", "suggest", "--country", "CN").stdout
        run("topics", "suggest", status=2)

    @pytest.mark.parametrize("name", ["习近平", "Xi Jinping"])
    def test_suggest_says_that_hanzi_have_to_be_asked_for(self, run: Run, name: str) -> None:
        assert "kana and hanzi, have to be asked" in run("topics", "suggest", name).stderr
        assert "asked" not in run("topics", "suggest", "Шевченко").stderr
