"""The demo, as the README's first command runs it, and one that cannot succeed."""

import pytest

from tests.e2e.conftest import Program
from watcher.demo import play
from watcher.demo.script import Outlet, Planted, Script
from watcher.models import LoggedMatch

pytestmark = pytest.mark.enable_socket


def test_the_demo_finds_what_was_planted_and_nothing_else(program: Program) -> None:
    out = program("demo")
    *_, last = out.splitlines()
    assert "0 missed, 0 wrong" in last
    assert "satellite-intel" in out


def test_a_wish_that_the_watchlists_cannot_fulfil_is_told() -> None:
    outlet = Outlet(
        id="tin", title="Tin Whistle", kind="wire", format="json", language="en", country="XX"
    )
    items = (
        Planted(outlet="tin", at=0, title="A fair", path="/tin/1", expect=frozenset({"actor:xi"})),
        Planted(outlet="tin", at=0, title="Xi Jinping travels", path="/tin/2"),
    )
    shown: list[LoggedMatch] = []
    summary = play(shown.append, script=Script(outlets=(outlet,), items=items), slack_s=4)
    assert summary.missed == (("A fair", "actor:xi"),)
    assert summary.unexpected == (("Xi Jinping travels", "actor:xi"),)
    assert [match.topic for match in shown] == ["actor:xi"]
    assert not summary.well
