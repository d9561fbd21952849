"""The real program as a process, on real files, against a real loopback server."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.farm import Farm, open_farm

WATCHLIST = """\
version: 1
languages: []
topics:
  - id: strike
    match: strike
  - id: flood
    match: flood
"""


class Program:
    """`watcher` in a folder of its own, with a fresh database and settings for loopback."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "data" / "watcher.db"
        self.running: list[subprocess.Popen[str]] = []
        self.environment = {
            **{name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")},
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
            "WATCHER_FETCH__ALLOW_NETWORKS": '["127.0.0.0/8"]',
            "WATCHER_POLL__HOST_INTERVAL": "0s",
            "WATCHER_POLL__MIN": "1s",
            "WATCHER_POLL__MAX": "2s",
            "WATCHER_POLL__ERROR_MIN": "1s",
        }
        (folder / "watchlists").mkdir()
        (folder / "watchlists" / "story.yaml").write_text(WATCHLIST)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "watcher.cli.main", "--data", str(self.folder / "data")]
        with (self.folder / f"stderr-{len(self.running)}").open("w") as stderr:
            process = subprocess.Popen(
                [*command, *arguments],
                cwd=self.folder,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        self.running.append(process)
        return process

    def __call__(self, *arguments: str, status: int | None = 0) -> str:
        """Run a command to its end (`None`: with any exit code); returns what it printed."""
        process = self.start(*arguments)
        out, _ = process.communicate(timeout=100)
        assert status in (None, process.returncode), out + self.stderr()
        return out

    def stderr(self) -> str:
        return (self.folder / f"stderr-{len(self.running) - 1}").read_text()

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self(*arguments, "--json").splitlines()]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.database)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def stop(self, process: "subprocess.Popen[str]", number: int = signal.SIGTERM) -> int:
        process.send_signal(number)
        return process.wait(timeout=15)

    def kill_all(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path)
    yield made
    made.kill_all()


@pytest.fixture
def farm() -> Iterator[Farm]:
    with open_farm() as opened:
        yield opened


def until(holds: Callable[[], Any], *, deadline_s: float = 15.0) -> Any:
    """Wait for what is expected; returns it. Fails when the deadline passes."""
    pause = threading.Event()
    for _ in range(int(deadline_s / 0.05)):
        try:
            if found := holds():
                return found
        except sqlite3.OperationalError:
            pass  # the database is not there yet
        pause.wait(0.05)
    pytest.fail(f"not within {deadline_s} s")
