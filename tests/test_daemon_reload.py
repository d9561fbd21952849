"""A reload that meets trouble of the system's, over real files and a real database."""

from pathlib import Path

import pytest

from watcher.app import App
from watcher.clock import utc_now
from watcher.daemon.reload import Reloader, marks_of
from watcher.daemon.rounds import Rounds
from watcher.schedule import Calibration


async def test_word_lists_that_cannot_be_built_are_told(
    app: App, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.writer() as store:
        store.beat(now=utc_now(), started_at=utc_now())
        poller = app.poller(store, app.watch(), Calibration())
        rounds = Rounds(poller=poller, concurrency=1)
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "watcher.toml"))  # no folder
        await Reloader(app=app, store=store, rounds=rounds, marks=marks_of(app)).reload()
        poller.box.close()
        heartbeat = store.daemon()
    assert heartbeat is not None
    assert "cannot write the word lists" in heartbeat.problem
