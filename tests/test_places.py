"""What comes with the program is found, wherever that lies."""

from pathlib import Path

import pytest

from watcher.places import shipped


@pytest.mark.parametrize(
    ("name", "pattern"), [("feeds", "*.opml"), ("seeds", "*.yaml")], ids=["feeds", "seeds"]
)
def test_a_clone_has_its_catalogues_and_watchlists(name: str, pattern: str) -> None:
    assert list(shipped(name).glob(pattern))


@pytest.mark.parametrize(
    ("packed", "found"),
    [
        pytest.param("watcher/shipped/feeds", "watcher/shipped/feeds", id="in the wheel"),
        pytest.param("watcher", "feeds", id="in the clone"),
    ],
)
def test_the_wheel_comes_before_the_clone(tmp_path: Path, packed: str, found: str) -> None:
    (tmp_path / packed).mkdir(parents=True)
    assert shipped("feeds", package=tmp_path / "watcher") == tmp_path / found
