"""Hundreds of hostile feeds and some good ones, polled at once: each comes to its end."""

import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.conftest import Program
from tests.e2e.hostile import cases, open_hostile

pytestmark = pytest.mark.enable_socket

MOST_SECONDS = 45.0
MOST_BYTES = 600 * 1024 * 1024


def subscribe(program: Program, urls: list[str]) -> None:
    outlines = "".join(f'<outline type="rss" text="{url}" xmlUrl="{url}"/>' for url in urls)
    (program.folder / "feeds").mkdir()
    (program.folder / "feeds" / "hostile.opml").write_text(
        f'<opml version="2.0"><head/><body>{outlines}</body></opml>'
    )


def tree(pid: int) -> list[int]:
    """A process and all that came from it."""
    children: list[str] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            children += task.read_text().split()
    return [pid, *(each for child in children for each in tree(int(child)))]


def memory_of(pids: list[int]) -> int:
    """Their proportional set size in bytes: what they share is counted once."""
    total = 0
    for pid in pids:
        with suppress(OSError):  # it may have ended meanwhile
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += sum(int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:")
    return total * 1024


class Watch(threading.Thread):
    """Notes the peak of a process tree's memory until the process ends."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        super().__init__(daemon=True)
        self._process = process
        self.peak = 0

    def run(self) -> None:
        pause = threading.Event()
        while self._process.poll() is None:
            self.peak = max(self.peak, memory_of(tree(self._process.pid)))
            pause.wait(0.1)


def test_hostile_feeds_come_to_their_ends_and_good_ones_are_read(program: Program) -> None:
    program.environment["WATCHER_FETCH__TIMEOUT"] = "12s"
    for name in ("MIN", "MAX", "ERROR_MIN"):
        del program.environment[f"WATCHER_POLL__{name}"]  # or feeds fall due again meanwhile
    served = cases()
    with open_hostile(served) as addresses:
        subscribe(program, list(addresses.values()))
        began = time.time()
        process = program.start("run", "--once", "--all")
        watch = Watch(process)
        watch.start()
        assert process.wait(timeout=110) == 0, program.stderr()
        watch.join()
    health = {
        url.rpartition("/")[2]: (kind or state, error)
        for url, state, kind, error in program.rows(
            "SELECT feed_url, state, error_kind, error FROM feed_health"
        )
    }
    wrong = [
        f"{name}: {health.get(name)}, not {' or '.join(sorted(case.ends))}"
        for name, case in served.items()
        if name not in health or health[name][0] not in case.ends
    ]
    assert not wrong, "\n".join(wrong)
    assert "Traceback" not in program.stderr()
    assert "\x1b" not in program.stderr()
    assert "secret" not in program.stderr()
    good = {name for name in served if name.startswith("good-")}
    read = program.rows("SELECT DISTINCT feed_url FROM item_log WHERE title LIKE '%strike%'")
    assert good <= {url.rpartition("/")[2] for (url,) in read}
    [(last_good,)] = program.rows(
        "SELECT max(unixepoch(last_polled_at)) FROM feed_health WHERE feed_url LIKE '%/good-%'"
    )
    assert last_good - began <= MOST_SECONDS
    assert watch.peak < MOST_BYTES
