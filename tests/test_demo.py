"""The newsroom: real documents that our own parser reads, and what the summary calls well."""

import urllib.request
from datetime import timedelta

import pytest

from tests.conftest import FakeClock
from watcher.demo.newsroom import open_newsroom
from watcher.demo.performance import Summary
from watcher.demo.script import Outlet, Planted, Script, read_script
from watcher.parse import parse_document

FORMATS = ("rss", "atom", "json")
SCRIPT = Script(
    outlets=tuple(
        Outlet(id=form, title="Tin Whistle", kind="wire", format=form, language="en", country="XX")
        for form in FORMATS
    ),
    items=tuple(
        Planted(
            outlet=form, at=at, title=f"Storm <{at}>", summary="Über & under", path=f"/{form}/{at}"
        )
        for form in FORMATS
        for at in (0, 5)
    ),
)


@pytest.mark.enable_socket
@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_read_back_as_it_was_planted(form: str, clock: FakeClock) -> None:
    with open_newsroom(SCRIPT, clock) as newsroom:
        url = f"{newsroom.base}/{form}/feed"
        before = get(url)
        clock.advance(seconds=6)
        after = get(url)
    early, late = (parse_document(body, content_type=None, url=url) for body in (before, after))
    assert [item.title for item in early.items] == ["Storm <0>"]
    assert [(i.title, i.summary, i.link) for i in late.items] == [
        (f"Storm <{at}>", "Über & under", f"{newsroom.base}/{form}/{at}") for at in (5, 0)
    ]
    assert late.items[0].published_at == clock.at - timedelta(seconds=1)


def get(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        body: bytes = answer.read()
        return body


def test_the_script_that_ships_has_outlets_for_all_its_items() -> None:
    script = read_script()
    assert {item.outlet for item in script.items} == {outlet.id for outlet in script.outlets}
    assert {outlet.format for outlet in script.outlets} == set(FORMATS)


@pytest.mark.parametrize(
    ("wrong", "well"),
    [
        pytest.param({}, True, id="all found"),
        pytest.param({"missed": (("a", "b"),)}, False, id="one missed"),
        pytest.param({"unexpected": (("a", "b"),)}, False, id="one too many"),
        pytest.param({"items": 3}, False, id="an item was not stored"),
    ],
)
def test_the_demo_is_well_only_if_all_was_found_and_nothing_else(
    wrong: dict[str, object],
    well: bool,  # noqa: FBT001 - a column of the table
) -> None:
    values: dict[str, object] = {
        "outlets": 1,
        "items": 4,
        "planted": 4,
        "matches": {"a": 1},
        "left_alone": 3,
        "missed": (),
        "unexpected": (),
        "seconds": 1.0,
    }
    assert Summary(**{**values, **wrong}).well is well  # type: ignore[arg-type]  # a table
