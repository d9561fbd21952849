"""The command line: what each command prints, and its exit codes."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from watcher.cli.main import Harmless, main
from watcher.clock import utc_now
from watcher.errors import FetchError
from watcher.match import Matcher
from watcher.models import Gap, Item, Origin, PollStats, Subscription
from watcher.store import PollRecord, SqliteStore, open_store
from watcher.watchlist import load

WATCHLIST = """\
version: 1
languages: []
topics:
  - id: flood
    title: Floods on the river
    severity: high
    match: flood AND river
    tests:
      match: [The river floods a flood plain]
  - id: gale
    match: gale
"""
URL = "https://harbour.example/feed"
ITEMS = (
    Item(guid="1", title="A flood on the \x1b[31m river", link="https://harbour.example/1"),
    Item(guid="2", title="A gale", summary="=cmd()", link="https://harbour.example/2"),
    Item(guid="3", title="A fair", link="https://harbour.example/3"),
)

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a watchlist, and a database of three items and two matches."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "water.yaml").write_text(WATCHLIST)
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[SqliteStore]:
    with open_store(folder / "watcher.db") as opened:
        opened.add_feed(Subscription(url=URL, outlet="Harbour Post", language="en"), now=utc_now())
        feed = opened.feed_by_url(URL)
        assert feed is not None
        topics = load([folder / "watchlists" / "water.yaml"]).topics
        matcher = Matcher(topics)
        now = utc_now()
        added = opened.add_new_items(feed, ITEMS, now=now)
        opened.log_matches(
            [(item, match) for item in added.new for match in matcher.match(item)],
            topics={topic.id: topic for topic in topics},
            origin=Origin.LIVE,
            now=now,
            notify=False,
        )
        opened.sync_topics(topics, now=now)
        yield opened


@pytest.fixture
def run(folder: Path) -> Run:
    def invoke(*arguments: str, status: int = 0, **options: Any) -> Result:
        result = CliRunner().invoke(
            main, ["--data", str(folder), *arguments], catch_exceptions=False, **options
        )
        assert result.exit_code == status, result.output
        return result

    return invoke


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("store")
class TestMatches:
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


@pytest.mark.usefixtures("store")
class TestTopics:
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


class TestFeeds:
    def test_import_list_pause_remove_export(self, run: Run, folder: Path) -> None:
        (folder / "mine.opml").write_text(
            '<opml version="2.0"><head/><body>'
            f'<outline type="rss" text="Harbour" xmlUrl="{URL}" outlet="Harbour Post"/>'
            '<outline type="rss" text="bad" xmlUrl="file:///etc/passwd"/></body></opml>'
        )
        result = run("feeds", "import", "mine.opml")
        assert result.stdout == "1 added, 0 known, 1 left out\n"
        assert "mine.opml:1:" in result.stderr
        run("feeds", "pause", URL)
        assert [row["state"] for row in lines(run("feeds", "list", "--json"))] == ["paused"]
        assert "not at all" in run("feeds", "list").stdout
        run("feeds", "resume", URL)
        assert "Harbour Post" in run("feeds", "list").stdout
        assert URL in run("feeds", "export").stdout
        (folder / "feeds").mkdir()
        (folder / "mine.opml").rename(folder / "feeds" / "mine.opml")
        assert "stays out until it is added again" in run("feeds", "remove", URL).stdout
        assert run("feeds", "list", "--json").stdout == ""
        assert "no such feed" in run("feeds", "remove", URL, status=1).stderr

    def test_an_import_tells_feeds_left_out_from_attributes_ignored(
        self, run: Run, folder: Path
    ) -> None:
        (folder / "mine.opml").write_text(
            '<opml version="2.0"><head/><body>'
            f'<outline type="rss" text="Harbour" outlt="Post" contry="GB" xmlUrl="{URL}"/>'
            f'<outline type="rss" text="again" xmlUrl="{URL}"/></body></opml>'
        )
        result = run("feeds", "import", "mine.opml")
        assert result.stdout == "1 added, 0 known, 1 left out, 2 attributes ignored\n"
        assert result.stderr.count("mine.opml:1:") == 3

    @pytest.mark.usefixtures("store")
    def test_a_feed_without_a_verified_certificate_is_shown_as_such(
        self, run: Run, folder: Path
    ) -> None:
        assert "unverified" not in run("feeds", "list").stdout
        (folder / "watcher.toml").write_text(f'[[feed]]\nurl = "{URL}"\nverify = false\n')
        assert "unverified" in run("feeds", "list").stdout
        (row,) = lines(run("feeds", "list", "--json"))
        assert "unverified" in row["why"]

    @pytest.mark.parametrize("command", [("matches",), ("feeds", "gaps")], ids=" ".join)
    def test_the_share_of_the_time_that_was_covered_is_told(
        self, run: Run, store: SqliteStore, command: tuple[str, ...]
    ) -> None:
        unread = run(*command, "--since", "2d").stderr
        feed = store.feed_by_url(URL)
        assert feed is not None
        now = utc_now()
        gap = Gap(from_at=now - timedelta(hours=1), to_at=now, found_by="outage")
        store.record_poll(
            feed, PollRecord(polled_at=now, next_poll_at=now, stats=PollStats(), gap=gap)
        )
        assert unread.startswith("0.0 % of the feed-time asked for was covered; 1 feed out")
        assert "covered; 1 gap (see `watcher feeds gaps`" in run(*command, "--since", "2d").stderr

    @pytest.mark.usefixtures("store")
    def test_of_an_outlet_that_nobody_polls_nothing_was_covered(self, run: Run) -> None:
        assert run("matches", "--outlet", "Harbor").stderr.startswith("no feed-time was asked for")

    @pytest.mark.usefixtures("store")
    def test_no_gaps_are_an_empty_list(self, run: Run) -> None:
        assert run("feeds", "gaps", "--json").stdout == ""

    @pytest.mark.usefixtures("store")
    def test_gaps_of_no_feed_are_none_either(self, run: Run) -> None:
        found = run("feeds", "gaps", "--feed", "http://nosuch/", status=1)
        assert (found.stdout, "no such feed" in found.stderr) == ("", True)

    def test_a_feed_that_was_never_read_has_no_rate(self, run: Run, store: SqliteStore) -> None:
        feed = store.feed_by_url(URL)
        assert feed is not None
        failed = PollRecord(
            polled_at=utc_now(),
            next_poll_at=utc_now(),
            stats=PollStats(errors_in_a_row=1),
            error=FetchError("dns", "no such name"),
        )
        store.record_poll(feed, failed)
        (row,) = lines(run("feeds", "list", "--json"))
        assert row["items_per_day"] is None
        assert "1.0" not in run("feeds", "list").stdout


class TestWatchlists:
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


class TestRunning:
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
