"""Commands as their users type them: real processes, ended in every way."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import platformdirs
import pytest

from tests.e2e.conftest import WATCHLIST, Program, until
from tests.e2e.farm import Farm

pytestmark = pytest.mark.enable_socket


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_daemon_told_to_stop_again_and_again_ends_cleanly(
    program: Program, number: signal.Signals
) -> None:
    daemon = program.start("run")
    until(lambda: "watching" in program.stderr())
    pause = threading.Event()
    while daemon.poll() is None:
        daemon.send_signal(number)
        pause.wait(0.02)
    assert daemon.returncode == 0, program.stderr()


def test_a_reload_asked_for_too_early_kills_nothing(program: Program) -> None:
    lock = program.database.with_suffix(".lock")
    daemon = program.start("run")
    until(lock.exists)
    daemon.send_signal(signal.SIGHUP)
    until(lambda: "watching" in program.stderr())
    assert program.stop(daemon) == 0


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_following_prints_each_match_once_and_ends_with_ctrl_c(
    program: Program, farm: Farm, form: str
) -> None:
    address = farm.add("a", "A strike")
    program("feeds", "add", address)
    program("run", "--once")
    follower = program.start("matches", "--follow", "--format", form)
    assert follower.stdout is not None
    first = [follower.stdout.readline() for _ in range(1 if form == "jsonl" else 2)]
    assert "A strike" in first[-1]
    farm.feeds["a"].titles += ["A flood", "A second strike"]
    program("run", "--once", "--all")
    later = "".join(follower.stdout.readline() for _ in range(2))
    assert (later.count("A flood"), later.count("A second strike")) == (1, 1)
    follower.send_signal(signal.SIGINT)
    assert (follower.wait(10), follower.stdout.read()) == (0, "")


def test_a_demo_that_is_told_to_stop_takes_its_daemon_along(program: Program) -> None:
    program.environment["TMPDIR"] = str(program.folder)
    program.environment["XDG_CACHE_HOME"] = str(platformdirs.user_cache_path())  # the word lists
    demo = program.start("demo")
    locks = until(  # the word lists may have to be made first
        lambda: [*program.folder.glob("watcher-demo-*/watcher.lock")], deadline_s=60
    )
    number = int(until(lambda: locks[0].read_text().strip()))
    program.stop(demo)
    assert not locks[0].parent.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


@pytest.mark.parametrize("arguments", [["schema", "settings"], ["--help"], ["feeds", "--help"]])
def test_a_full_disk_under_the_output_is_told(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "watcher.cli.main", *arguments]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "watcher: the output cannot be written: its disk is full\n"


@pytest.mark.parametrize("output", [[], ["--json"]], ids=["a table", "JSON"])
def test_a_reader_that_went_away_ends_a_command_quietly(output: list[str]) -> None:
    nobody_reads, written = os.pipe()
    os.close(nobody_reads)
    command = [sys.executable, "-m", "watcher.cli.main", "topics", "list", *output]
    run = subprocess.run(command, check=False, stdout=written, stderr=subprocess.PIPE)
    os.close(written)
    assert (run.returncode, run.stderr) == (0, b"")


def test_a_channel_that_hangs_keeps_no_stopped_run_alive(program: Program, farm: Farm) -> None:
    notified = "  - id: strike\n    notify: [desk]\n"
    (program.folder / "watchlists" / "story.yaml").write_text(
        WATCHLIST.replace("  - id: strike\n", notified)
    )
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        program.environment["WATCHER_NOTIFY__DESK__URL"] = f"json://127.0.0.1:{port}/"
        program("feeds", "add", farm.add("a", "A fair"))
        program("run", "--once")
        farm.feeds["a"].titles.append("A strike")
        once = program.start("run", "--once", "--all")
        connection, _ = deaf.accept()
        with connection:
            assert program.stop(once) == 0
    assert json.loads(program("status", "--json", status=1))["queued"] == 1
