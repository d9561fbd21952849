"""The command line: the match log, setting up and running; what is printed, and the exit codes."""

import logging
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.commands import WATCHLIST, Commands, Run, lines
from watcher.cli.main import Harmless, main


@pytest.mark.usefixtures("store")
class TestMatches(Commands):
    def test_of_a_topic_that_nobody_watches_for_it_says_so(self, run: Run) -> None:
        assert "no topic floods" in run("matches", "--topic", "floods").stderr
        assert "no topic" not in run("matches", "--topic", "flood", "--text", "quiet").stderr

    def test_a_table_shows_terminal_escapes_harmless(self, run: Run) -> None:
        out = run("matches").stdout
        assert "Harbour Post" in out
        assert "\x1b" not in out

    def test_an_ascii_output_takes_any_text(self, folder: Path) -> None:
        watchlist = WATCHLIST.replace("Floods on the river", "中国")
        (folder / "watchlists" / "water.yaml").write_text(watchlist, "utf-8")
        arguments = ["--data", str(folder), "topics", "list"]
        result = CliRunner(charset="ascii").invoke(main, arguments)
        assert result.exit_code == 0
        assert r"\u4e2d\u56fd" in result.stdout

    def test_json_gives_the_promised_keys(self, run: Run) -> None:
        gale, flood = lines(run("matches", "--json"))
        promised = (
            "item topic evidence id matched_at severity outlet feed title link published_at seen_at"
            " language country story state origin"
        )
        assert set(promised.split()) <= gale.keys()
        assert [place["text"] for place in flood["evidence"]] == ["flood", "river"]

    @pytest.mark.parametrize(
        ("options", "found"),
        [
            pytest.param(["--topic", "gale"], ["gale"], id="topic"),
            pytest.param(["--severity", "high"], ["flood"], id="severity and above"),
            pytest.param(["--text", "RIVER"], ["flood"], id="text in any case"),
            pytest.param(["--since", "1d"], ["gale", "flood"], id="since"),
            pytest.param(["--until", "2020-01-01"], [], id="until"),
            pytest.param(["--outlet", "Harbour Post"], ["gale", "flood"], id="outlet"),
            pytest.param(["--language", "de"], [], id="language"),
            pytest.param(["--state", "kept"], [], id="state"),
            pytest.param(["--limit", "1"], ["gale"], id="limit"),
        ],
    )
    def test_a_filter_narrows(self, run: Run, options: list[str], found: list[str]) -> None:
        assert [row["topic"] for row in lines(run("matches", "--json", *options))] == found

    @pytest.mark.parametrize(
        ("form", "begins"),
        [("csv", "id,"), ("atom", "<?xml"), ("jsonfeed", "{"), ("jsonl", "{")],
    )
    def test_formats(self, run: Run, form: str, begins: str) -> None:
        assert run("matches", "--format", form).stdout.startswith(begins)

    def test_show_names_every_place(self, run: Run) -> None:
        out = run("show", "1").stdout
        assert "title[2:7]" in out
        assert run("show", "1", "--json").stdout.startswith("{")

    @pytest.mark.parametrize("form", ["atom", "jsonfeed"])
    def test_a_whole_document_cannot_be_followed(self, run: Run, form: str) -> None:
        assert form in run("matches", "--follow", "--format", form, status=2).stderr

    @pytest.mark.timeout(30)
    def test_following_ends_when_what_is_asked_for_is_past(self, run: Run) -> None:
        assert lines(run("matches", "--json", "--follow", "--until", "2020-01-01")) == []

    @pytest.mark.parametrize("command", [("show", "1", "--json"), ("matches", "--format", "csv")])
    def test_programs_read_terminal_escapes_harmless(
        self, run: Run, command: tuple[str, ...]
    ) -> None:
        assert "\x1b" not in run(*command).stdout

    @pytest.mark.parametrize(
        "command",
        [
            pytest.param(("show", "9" * 20), id="show"),
            pytest.param(("mark", "9" * 20, "kept"), id="mark"),
            pytest.param(("explain", "gale", "--item", "9" * 20), id="explain"),
            pytest.param(("matches", "--since", "99999999999d"), id="since"),
        ],
    )
    def test_a_number_beyond_all_bounds_is_refused(
        self, run: Run, command: tuple[str, ...]
    ) -> None:
        run(*command, status=2)

    def test_show_of_nothing_fails_with_a_way_out(self, run: Run) -> None:
        assert "watcher matches" in run("show", "99", status=1).stderr

    @pytest.mark.usefixtures("logged")
    def test_an_argument_that_is_no_text_is_told(self, run: Run) -> None:
        told = run("matches", "--text", "\udcff", status=2).stderr
        assert told == "watcher: '\\udcff' is no text in UTF-8\n"

    def test_a_mark_is_kept(self, run: Run) -> None:
        run("mark", "1", "kept", "--note", "front page")
        (row,) = lines(run("matches", "--json", "--state", "kept"))
        assert row["topic"] == "flood"

    def test_of_marks_all_are_made_or_none(self, run: Run) -> None:
        assert "not in the log: 99" in run("mark", "1", "99", "kept", status=1).stderr
        run("mark", "1", "2", "new", "--as-test", status=2)
        assert {row["state"] for row in lines(run("matches", "--json"))} == {"new"}
        assert "2 marked kept" in run("mark", "1", "1", "2", "kept").stderr

    def test_a_dismissed_match_becomes_a_test_of_its_topic(self, run: Run, folder: Path) -> None:
        run("mark", "2", "dismissed", "--as-test")
        assert "A gale" in (folder / "watchlists" / "water.yaml").read_text()
        assert run("check", status=1).stdout


class TestRunning(Commands):
    def test_init_tells_where_it_cannot_write_and_why(self, run: Run, folder: Path) -> None:
        (folder / "taken").touch()
        told = run("init", "taken/mine", status=1).stderr
        assert told == "watcher: taken/mine: cannot be made or written: Not a directory\n"

    def test_init_overwrites_nothing(self, run: Run, folder: Path) -> None:
        run("init", "mine")
        (folder / "mine" / "watcher.toml").write_text("# mine\n")
        assert "kept mine/watcher.toml" in run("init", "mine").stdout
        assert (folder / "mine" / "watcher.toml").read_text() == "# mine\n"
        assert list((folder / "mine" / "feeds").glob("*.opml"))

    @pytest.mark.usefixtures("store")
    def test_status_without_a_daemon_is_unwell(self, run: Run) -> None:
        assert "no daemon runs" in run("status", status=1).stdout
        (report,) = lines(run("status", "--json", status=1))
        assert (report["items"], report["well"]) == (3, False)

    def test_a_command_without_a_database_says_how_to_make_one(self, run: Run) -> None:
        assert "watcher run" in run("matches", status=1).stderr

    @pytest.mark.parametrize("command", [("run", "--once"), ("feeds", "import", "a.opml")])
    def test_a_folder_that_cannot_be_made_is_told(
        self, run: Run, folder: Path, command: tuple[str, ...]
    ) -> None:
        (folder / "a.opml").write_text('<opml version="2.0"><head/><body/></opml>')
        (folder / "file").touch()
        told = run("--data", "file/data", *command, status=1).stderr
        assert "file/data" in told
        assert "cannot be made" in told

    def test_a_mistake_in_the_settings_is_told_with_its_place(self, run: Run, folder: Path) -> None:
        (folder / "watcher.toml").write_text("[poll]\nbudgett = 3\n")
        assert "watcher.toml:2:1" in run("status", status=2).stderr

    def test_all_goes_with_once(self, run: Run) -> None:
        assert "--once" in run("run", "--all", status=2).stderr


def test_what_is_logged_harms_no_terminal() -> None:
    record = logging.makeLogRecord({"msg": "polled feed=%s", "args": ("http://a/\x1b]0;x\u202e",)})
    told = Harmless("%(message)s").format(record)
    assert told.startswith("polled feed=http://a/")
    assert not {"\x1b", "\u202e"} & set(told)
