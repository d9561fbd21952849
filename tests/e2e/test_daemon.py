"""The real daemon against a real server: polling, dying feeds, signals, kills."""

import random
import signal
import sqlite3
import threading
from contextlib import closing

import pytest

from tests.e2e.conftest import Program, until
from tests.e2e.farm import Farm
from watcher.store import running_daemon

pytestmark = pytest.mark.enable_socket


def subscribe(program: Program, *urls: str) -> None:
    outlines = "".join(f'<outline type="rss" text="{url}" xmlUrl="{url}"/>' for url in urls)
    (program.folder / "feeds").mkdir(exist_ok=True)
    (program.folder / "feeds" / "farm.opml").write_text(
        f'<opml version="2.0"><head/><body>{outlines}</body></opml>'
    )


def stored_titles(program: Program) -> list[str]:
    return sorted(title for (title,) in program.rows("SELECT title FROM item_log"))


def test_a_second_round_asks_conditionally_and_stores_nothing(program: Program, farm: Farm) -> None:
    subscribe(program, farm.add("a", "A strike", "A fair"), farm.add("b", "A flood"))
    program("run", "--once")
    assert stored_titles(program) == ["A fair", "A flood", "A strike"]
    program("run", "--once", "--all")
    assert stored_titles(program) == ["A fair", "A flood", "A strike"]
    assert farm.answers == {("a", 200): 1, ("b", 200): 1, ("a", 304): 1, ("b", 304): 1}


def test_new_items_of_a_running_daemon_are_matched_live(program: Program, farm: Farm) -> None:
    subscribe(program, farm.add("a", "A strike"))
    daemon = program.start("run")
    until(lambda: program.rows("SELECT 1 FROM match_log"))
    farm.feeds["a"].titles.append("A second strike, and a flood")
    until(lambda: len(program.rows("SELECT 1 FROM match_log")) == 3)
    assert program.stop(daemon) == 0
    assert program.rows("SELECT title, topic, origin FROM match_log ORDER BY match_id") == [
        ("A strike", "strike", "backlog"),
        ("A second strike, and a flood", "strike", "live"),
        ("A second strike, and a flood", "flood", "live"),
    ]


def test_feeds_that_were_added_earlier_are_polled_as_soon_as_the_daemon_starts(
    program: Program, farm: Farm
) -> None:
    subscribe(program, *(farm.add(name, f"A fair at {name}") for name in "abcdefgh"))
    program("feeds", "import", "feeds/farm.opml")
    threading.Event().wait(1)  # a moment has whole seconds: from now on they are overdue
    daemon = program.start("run")
    until(lambda: len(stored_titles(program)) == 8)
    assert program.stop(daemon) == 0


def test_a_feed_that_dies_is_shown_as_failing_and_returns(program: Program, farm: Farm) -> None:
    subscribe(program, farm.add("a", "A fair"))
    daemon = program.start("run")
    until(lambda: stored_titles(program))
    farm.feeds["a"].status = 503
    state = "SELECT state, error_kind FROM feed_health"
    until(lambda: program.rows(state) == [("failing", "unavailable")])
    farm.feeds["a"].status = 200
    farm.feeds["a"].titles.append("A flood")
    until(lambda: program.rows(state) == [("ok", None)])
    assert stored_titles(program) == ["A fair", "A flood"]
    assert program.stop(daemon) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_in_mid_poll_ends_cleanly_and_the_poll_is_repeated(
    program: Program, farm: Farm, number: int
) -> None:
    subscribe(program, farm.add("slow", "A strike"))
    farm.feeds["slow"].delay = threading.Event()
    daemon = program.start("run")
    until(lambda: farm.user_agents)
    assert program.stop(daemon, number) == 0
    farm.feeds["slow"].delay.set()
    program("run", "--once")
    assert stored_titles(program) == ["A strike"]


def test_a_database_that_another_program_keeps_locked_holds_up_no_stop(
    program: Program, farm: Farm
) -> None:
    subscribe(program, farm.add("a", "A fair"))
    daemon = program.start("run")
    until(lambda: stored_titles(program))
    with closing(sqlite3.connect(program.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        farm.feeds["a"].titles.append("A strike")
        until(lambda: "another program has kept it locked" in program.stderr())
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=10) == 0
    program("run", "--once", "--all")
    assert stored_titles(program) == ["A fair", "A strike"]


def test_a_start_that_waits_for_another_program_heeds_a_stop(program: Program, farm: Farm) -> None:
    subscribe(program, farm.add("a", "A fair"))
    program("run", "--once")
    with closing(sqlite3.connect(program.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        daemon = program.start("run")
        until(lambda: running_daemon(program.database) == daemon.pid)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=5) == 0


def test_a_second_daemon_is_refused(program: Program, farm: Farm) -> None:
    subscribe(program, farm.add("a", "A fair"))
    daemon = program.start("run")
    until(lambda: stored_titles(program))
    program("run", status=3)
    assert "another daemon" in program.stderr()
    assert program.stop(daemon) == 0


def test_killed_at_any_moment_nothing_is_lost_or_doubled(program: Program, farm: Farm) -> None:
    subscribe(program, *(farm.add(f"feed{number}", "A fair") for number in range(20)))
    pause = threading.Event()
    for _ in range(5):
        daemon = program.start("run")
        for number, feed in enumerate(farm.feeds.values()):
            feed.titles.append(f"Strike {len(feed.titles)} of {number}")
        pause.wait(random.uniform(0.3, 2.0))
        daemon.kill()
        daemon.wait()
    program("run", "--once", "--all")
    expected = sorted(title for feed in farm.feeds.values() for title in feed.titles)
    assert stored_titles(program) == expected
    matched = [title for (title,) in program.rows("SELECT title FROM match_log")]
    assert sorted(matched) == [title for title in expected if "Strike" in title]
    assert program.rows("PRAGMA integrity_check") == [("ok",)]


def test_a_watchlist_edited_while_the_daemon_runs_goes_to_work(
    program: Program, farm: Farm
) -> None:
    subscribe(program, farm.add("a", "A fair"))
    daemon = program.start("run")
    until(lambda: stored_titles(program))
    watchlist = program.folder / "watchlists" / "story.yaml"
    watchlist.write_text(watchlist.read_text() + "  - id: fair\n    match: fair\n")
    until(lambda: program.rows("SELECT topic, origin FROM match_log") == [("fair", "backfill")])
    watchlist.write_text("version: 1\nlanguages: []\ntopics:\n  - id: [broken\n")
    until(lambda: "story.yaml" in program("status", status=None))
    assert program.stop(daemon) == 0
