"""A test added to a watchlist: nothing else in the file changes."""

import resource
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.errors import ConfigError, WatcherError
from watcher.models import Item, TopicTests
from watcher.watchlist import load
from watcher.watchlist.edit import Kind, append_test

HEAD = "# About\nlanguages:   [en]   # of the desk\ntopics:\n"
NEWS = Item(id=7, guid="g", title='He said: "No" # really')


@pytest.fixture
def adding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Add a test to the topic `t` of a file that begins with HEAD; gives what follows HEAD."""
    monkeypatch.chdir(tmp_path)

    def adding(topics: str, kind: Kind = "match", item: Item = NEWS) -> str:
        file = Path("w.yaml")
        file.write_text(HEAD + topics, "utf-8", newline="")
        append_test(file, "t", kind, item)
        return file.read_bytes().decode().removeprefix(HEAD)

    return adding


LINE = '"He said: \\"No\\" # really"'
AFTER = "\n  # the next\n  - {id: u, match: y}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "  - id: t\n    tests:\n      match:\n        - one   # why\n    match:  x\n",
            "  - id: t\n    tests:\n      match:\n        - one   # why\n"
            f"        - {LINE}\n    match:  x\n",
            id="list in lines",
        ),
        pytest.param(
            "  - id: t\n    match: x\n    tests:\n      match:\n      - one\n      # end" + AFTER,
            "  - id: t\n    match: x\n    tests:\n      match:\n      - one\n"
            f"      - {LINE}\n      # end{AFTER}",
            id="list without indent, comment below",
        ),
        pytest.param(
            "  - id: t\n    match: x\n    tests:\n      match:\n"
            "        - title: one\n          summary: |\n            two\n\n" + AFTER,
            "  - id: t\n    match: x\n    tests:\n      match:\n"
            f"        - title: one\n          summary: |\n            two\n        - {LINE}\n\n"
            + AFTER,
            id="after a mapping with a block of text",
        ),
        pytest.param(
            "  - id: t\n    match: x\n    tests:\n      match:  [one,  # why\n         two ,]\n",
            "  - id: t\n    match: x\n    tests:\n      match:  [one,  # why\n"
            f"         two, {LINE} ,]\n",
            id="list in brackets",
        ),
        pytest.param(
            "  - id: t\n    match: x\n    tests: {match: [ ]}\n",
            f"  - id: t\n    match: x\n    tests: {{match: [ {LINE}]}}\n",
            id="empty brackets",
        ),
        pytest.param(
            "  - id: t\n    match: x\n    tests:\n      ignore: [one]\n" + AFTER,
            "  - id: t\n    match: x\n    tests:\n      ignore: [one]\n"
            f"      match:\n        - {LINE}\n{AFTER}",
            id="first of its kind",
        ),
        pytest.param(
            "  - id: t\n    match: x\n    tests: {ignore: [one]}\n",
            f"  - id: t\n    match: x\n    tests: {{ignore: [one], match: [{LINE}]}}\n",
            id="first of its kind, in brackets",
        ),
        pytest.param(
            "  - id: t\n    match: x   # why\n" + AFTER,
            f"  - id: t\n    match: x   # why\n    tests:\n      match:\n        - {LINE}\n{AFTER}",
            id="first test",
        ),
        pytest.param(
            "  - {id: t, match: x}\n",
            f"  - {{id: t, match: x, tests: {{match: [{LINE}]}}}}\n",
            id="first test, in brackets",
        ),
        pytest.param(
            "  - id: t\n    match: x",
            f"  - id: t\n    match: x\n    tests:\n      match:\n        - {LINE}\n",
            id="no line end at the end",
        ),
    ],
)
def test_a_test_goes_where_it_belongs(adding: Callable[..., str], before: str, after: str) -> None:
    assert adding(before) == after


def test_line_ends_stay_as_they_are(adding: Callable[..., str]) -> None:
    after = adding("  - id: t\r\n    match: x\r\n", "ignore")
    assert after == (
        f"  - id: t\r\n    match: x\r\n    tests:\r\n      ignore:\r\n        - {LINE}\r\n"
    )


def test_a_byte_order_mark_and_rights_stay(tmp_path: Path) -> None:
    file = tmp_path / "w.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + f"{HEAD}  - {{id: t, match: x}}\n".encode())
    file.chmod(0o640)
    append_test(file, "t", "match", NEWS)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf#")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["w.yaml"]


def test_a_linked_file_stays_linked(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text(f"{HEAD}  - {{id: t, match: x}}\n")
    (tmp_path / "w.yaml").symlink_to("real.yaml")
    append_test(tmp_path / "w.yaml", "t", "match", NEWS)
    assert (tmp_path / "w.yaml").is_symlink()
    assert "really" in (tmp_path / "real.yaml").read_text()


def test_a_test_is_added_once(adding: Callable[..., str]) -> None:
    once = adding("  - {id: t, match: x}\n")
    assert adding(once) == once


def test_a_test_to_the_contrary_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(
        HEAD + "  - id: t\n    match: x\n    tests:\n      ignore:\n      - one\n"
        f"      - {{title: {LINE}}}\n"
    )
    with pytest.raises(WatcherError, match=r"w\.yaml:9: is a test to ignore the same"):
        append_test(file, "t", "match", NEWS)


def test_a_plain_title_is_a_text_and_more_is_a_mapping(adding: Callable[..., str]) -> None:
    item = Item(
        title="A",
        summary="B",
        language="uk",
        tags=("c", "d"),
        published_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    assert (
        '{title: "A", summary: "B", language: "uk", published: "2026-01-02T00:00:00+00:00", '
        'tags: ["c", "d"]}'
    ) in adding("  - {id: t, match: x}\n", item=item)


@pytest.mark.parametrize(
    ("topics", "why"),
    [
        pytest.param("  - {id: u, match: x}\n", "w.yaml has no topic 't'", id="no such topic"),
        pytest.param(
            "  - id: u\n    match: x\n    tests: &a {match: [y]}\n"
            "  - id: t\n    match: x\n    tests:\n      match: [z]\n      ignore: &b\n",
            "w.yaml:11:15: topics[1].tests.ignore: must be a list, not nothing",
            id="mistakes before",
        ),
        pytest.param(
            "  - id: u\n    match: x\n    tests:\n      match: &a [[y]]\n",
            "w.yaml:7:18: topics[0].tests.match[0]: must be a text, not a list",
            id="wrong file",
        ),
    ],
)
def test_a_file_that_does_not_fit_stays_as_it_is(
    adding: Callable[..., str], topics: str, why: str
) -> None:
    with pytest.raises(WatcherError) as caught:
        adding(topics)
    assert str(caught.value) == why
    assert Path("w.yaml").read_text() == HEAD + topics


def test_a_layout_that_cannot_be_added_to_is_told(adding: Callable[..., str]) -> None:
    topics = (
        "  - id: u\n    match: x\n    tests:\n      match: &a\n        - y\n"
        "  - id: t\n    match: x\n    tests: {match: *a}\n"
    )
    with pytest.raises(WatcherError, match="add it by hand"):
        adding(topics, "ignore")
    assert Path("w.yaml").read_text() == HEAD + topics


def test_a_disk_that_takes_nothing_is_told_and_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(HEAD + "  - {id: t, match: x}\n")
    before = file.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        with pytest.raises(WatcherError, match=r"w\.yaml: cannot be written: File too large"):
            append_test(file, "t", "match", NEWS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [*tmp_path.iterdir()] == [file]
    assert file.read_bytes() == before


def test_a_file_that_is_no_yaml_is_told(tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text("a: [")
    with pytest.raises(ConfigError, match="is not YAML"):
        append_test(tmp_path / "w.yaml", "t", "match", NEWS)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
ITEMS = st.builds(
    Item, title=TEXTS.filter(str.strip), summary=TEXTS.filter(lambda text: not text or text.strip())
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ITEMS, st.sampled_from(["match", "ignore"]))
def test_any_item_is_read_as_it_was_added(tmp_path: Path, item: Item, kind: Kind) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(f"{HEAD}  - id: t\n    match: x\n{AFTER}", "utf-8")
    append_test(file, "t", kind, item)
    tests: TopicTests = load([file]).topics[0].tests
    (added,) = tests.match + tests.ignore
    assert (added.title, added.summary) == (item.title, item.summary)
