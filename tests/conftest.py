"""Fixtures for everyone: a clock that is moved, an empty store, texts loaded as files."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from watcher.errors import ConfigError
from watcher.settings import Settings, load_settings
from watcher.store import SqliteStore, open_store
from watcher.watchlist import Watchlist, load

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


class FakeClock:
    """A clock that only moves when told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 3, 2, 12, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "watcher.db") as opened:
        yield opened


LoadToml = Callable[..., Settings]
LoadYaml = Callable[..., Watchlist]


@pytest.fixture
def load_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadToml:
    """Load settings of a text, in an empty folder, without settings of the user's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def load_text(
        text: str | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        config: Path | None = None,
        data: Path | None = None,
    ) -> Settings:
        if text is not None:
            (tmp_path / "watcher.toml").write_text(text, "utf-8")
        return load_settings(config=config, data=data, environ=environ or {}, cwd=tmp_path)

    return load_text


@pytest.fixture
def load_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadYaml:
    """Load texts as the watchlists `a.yaml`, `b.yaml` and so on."""
    monkeypatch.chdir(tmp_path)

    def load_texts(*texts: str | bytes) -> Watchlist:
        paths = [Path(f"{name}.yaml") for name, _ in zip("abcdef", texts, strict=False)]
        for path, text in zip(paths, texts, strict=True):
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(paths)

    return load_texts


def problems(
    load: Callable[..., Settings | Watchlist], *texts: str | bytes, **given: Any
) -> list[str]:
    """Load what has mistakes; returns each as it is told."""
    with pytest.raises(ConfigError) as caught:
        load(*texts, **given)
    return [str(problem) for problem in caught.value.problems]
