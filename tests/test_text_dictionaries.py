import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from watcher.errors import WatcherError
from watcher.text.dictionaries import (
    build_dictionaries,
    known_languages,
    load_dictionaries,
    primary_language,
)


def quiet(_line: str) -> None:
    """Say nothing."""


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_languages_are_built_once(tmp_path: Path) -> None:
    said: list[str] = []
    build_dictionaries(["ms", "id"], cache_dir=tmp_path, say=said.append)
    assert said == ["building word lists for 2 languages, once"]
    assert files(tmp_path) == ["id.dic", "ms.dic"]
    build_dictionaries(["ms", "id"], cache_dir=tmp_path, say=said.append)
    assert len(said) == 1


def test_what_a_killed_build_left_is_removed(tmp_path: Path) -> None:
    build_dictionaries(["ms"], cache_dir=tmp_path, say=quiet)
    (folder,) = tmp_path.iterdir()
    for name, changed_at_s in (("building-old", 0), ("building-now", None)):
        (folder / name).mkdir()
        if changed_at_s is not None:
            os.utime(folder / name, (changed_at_s, changed_at_s))
    build_dictionaries(["id"], cache_dir=tmp_path, say=quiet)
    assert sorted(path.name for path in folder.iterdir()) == ["building-now", "id.dic", "ms.dic"]


def test_the_folder_is_that_of_the_dictionaries_version(tmp_path: Path) -> None:
    build_dictionaries(["ms"], cache_dir=tmp_path, say=quiet)
    assert [path.name.split("-")[0] for path in tmp_path.iterdir()] == ["simplemma"]


def test_two_may_build_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        builds = [
            pool.submit(build_dictionaries, ["ms"], cache_dir=tmp_path, say=quiet) for _ in range(2)
        ]
    assert [build.exception() for build in builds] == [None, None]
    assert files(tmp_path) == ["ms.dic"]


def test_a_broken_build_leaves_nothing_and_says_why(tmp_path: Path) -> None:
    with pytest.raises(WatcherError, match="Unsupported language: xx"):
        build_dictionaries(["ms", "xx"], cache_dir=tmp_path, say=quiet)
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WatcherError, match="XDG_CACHE_HOME"):
        build_dictionaries(["ms"], cache_dir=tmp_path / "file", say=quiet)


def test_loading_builds_what_is_missing(tmp_path: Path) -> None:
    dictionaries = load_dictionaries(["ms"], cache_dir=tmp_path, say=quiet)
    assert dictionaries.of["ms"].get("buku") == "buku"
    assert dictionaries.guess("qwrtz", "ms") is None


def test_the_cache_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    build_dictionaries(["ms"], say=quiet)
    assert (tmp_path / "watcher").is_dir()


@pytest.mark.parametrize(
    ("tag", "language"),
    [("uk-UA", "uk"), ("uk_UA", "uk"), ("EN", "en"), ("sr-Latn", "hbs"), ("no", "nb"), ("", "")],
)
def test_the_language_of_a_tag(tag: str, language: str) -> None:
    assert primary_language(tag) == language


def test_languages_without_dictionary_are_left_out() -> None:
    assert known_languages(["zh-Hans", "hr", "sr", "en"]) == ("hbs", "en")


def test_a_build_ends_with_a_killed_parent(tmp_path: Path) -> None:
    program = f"""
import os, pathlib, signal, threading
from watcher.text.dictionaries import build_dictionaries
def build(folder):
    build_dictionaries(["pl"], cache_dir=folder, say=lambda line: None)
folder = pathlib.Path({str(tmp_path)!r})
threading.Thread(target=build, args=(folder,), daemon=True).start()
while not list(folder.glob("*/building-*")):
    pass
threading.Event().wait(0.5)
print("building", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    builder = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, timeout=60, check=False
    )
    # The children hold the pipe, too: it only ended because they did.
    assert (builder.stdout, builder.returncode) == (b"building\n", -signal.SIGKILL)
    assert [path for path in files(tmp_path) if path.endswith(".dic")] == []
