"""Problems and hints as the user reads them."""

from pathlib import Path

import pytest

from watcher.errors import ConfigError, Problem, did_you_mean, file_name


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (Problem(file="a", why="is wrong"), "a: is wrong"),
        (Problem(file="a", path="b.c", why="is wrong"), "a: b.c: is wrong"),
        (Problem(file="a", line=3, column=7, why="is wrong"), "a:3:7: is wrong"),
        (Problem(file="a", line=3, column=7, path="b", why="is wrong"), "a:3:7: b: is wrong"),
    ],
    ids=["file", "path", "place", "place and path"],
)
def test_a_problem_says_where_and_why(problem: Problem, expected: str) -> None:
    assert str(problem) == expected


def test_a_configuration_error_tells_every_problem() -> None:
    error = ConfigError([Problem(file="a", why="x"), Problem(file="b", why="y")])
    assert str(error) == "a: x\nb: y"
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("word", "expected"),
    [("hihg", " (did you mean high?)"), ("zzz", ""), ("", "")],
    ids=["near", "far", "nothing"],
)
def test_a_mistaken_word_gets_a_hint(word: str, expected: str) -> None:
    assert did_you_mean(word, ("low", "high")) == expected


def test_a_file_is_named_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert file_name(tmp_path / "a" / "b") == "a/b"
    assert file_name(Path("a/b")) == "a/b"
    assert file_name(Path("/elsewhere/b")) == "/elsewhere/b"
