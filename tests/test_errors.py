"""Failures by name: their words, their exit codes, where they point."""

from datetime import timedelta
from pathlib import Path

import pytest

from watcher.errors import (
    AlreadyRunning,
    ConfigError,
    FeedError,
    FetchError,
    ParseError,
    Problem,
    StoreError,
    WatcherError,
    did_you_mean,
    file_name,
)


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        pytest.param(
            Problem(file="a.yaml", line=3, column=9, path="topics[0].match", why="is empty"),
            "a.yaml:3:9: topics[0].match: is empty",
            id="a value",
        ),
        pytest.param(
            Problem(file="a.yaml", line=3, column=9, why="is no YAML"),
            "a.yaml:3:9: is no YAML",
            id="a place",
        ),
        pytest.param(Problem(file="a.yaml", why="is missing"), "a.yaml: is missing", id="a file"),
    ],
)
def test_a_problem_says_where_it_is(problem: Problem, told: str) -> None:
    assert str(problem) == told


def test_a_config_error_tells_every_problem_in_its_line() -> None:
    problems = [Problem(file="a.yaml", why="is missing"), Problem(file="b.yaml", why="is empty")]
    error = ConfigError(problems)
    assert error.problems == tuple(problems)
    assert str(error) == "a.yaml: is missing\nb.yaml: is empty"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(WatcherError, 1, id="failed"),
        pytest.param(StoreError, 1, id="store"),
        pytest.param(ConfigError, 2, id="configuration"),
        pytest.param(AlreadyRunning, 3, id="another daemon"),
    ],
)
def test_exit_codes(error: type[WatcherError], code: int) -> None:
    assert error.exit_code == code


def test_trouble_of_a_feed_has_a_kind_and_words() -> None:
    error: FeedError = ParseError("not_a_feed", "this is a page")
    assert (error.kind, str(error)) == ("not_a_feed", "this is a page")


def test_a_fetch_error_keeps_what_the_server_demanded() -> None:
    hour = timedelta(hours=1)
    error = FetchError("rate_limited", "slow down", retry_after=hour, status=429)
    assert (error.kind, error.retry_after, error.status) == ("rate_limited", hour, 429)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        pytest.param("hihg", " (did you mean high?)", id="near"),
        pytest.param("blue", "", id="far from all"),
    ],
)
def test_the_nearest_known_word_is_suggested(word: str, hint: str) -> None:
    assert did_you_mean(word, ["low", "normal", "high"]) == hint


def test_a_file_in_the_current_folder_is_named_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert file_name(tmp_path / "feeds" / "all.opml") == "feeds/all.opml"


def test_a_file_elsewhere_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert file_name(tmp_path / "all.opml") == str(tmp_path / "all.opml")
