"""The parser's box holds whatever is put into it."""

import asyncio
import multiprocessing
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from watcher.errors import ParseError
from watcher.models import Document
from watcher.parse import ParserBox, parse_document

FEED = (Path(__file__).parent / "data" / "feeds" / "rss_wire.xml").read_bytes()
URL = "https://feeds.example/rss"
ENDLESS = b"<rss version='2.0'><channel><item><description>" + b"<b>" * 400_000 + b"</rss>"
"""Keeps feedparser busy for a long time."""


@contextmanager
def boxed(*, timeout_s: float = 10, max_memory_bytes: int = 256 * 2**20) -> Iterator[ParserBox]:
    box = ParserBox(workers=1, timeout_s=timeout_s, max_memory_bytes=max_memory_bytes)
    try:
        yield box
    finally:
        box.close()
    assert not multiprocessing.active_children()


async def parsed(box: ParserBox, body: bytes, memory: bytes = b"") -> Document:
    return await box.parse(body, content_type=None, url=URL, memory=memory)


async def test_a_box_parses_as_its_content_does() -> None:
    with boxed() as box:
        plain = parse_document(FEED, content_type=None, url=URL)
        assert await parsed(box, FEED) == plain
        assert (await parsed(box, FEED, plain.memory)).known == len(plain.items) + plain.dropped
        with pytest.raises(ParseError, match="empty") as caught:
            await parsed(box, b"")
        assert caught.value.kind == "empty"


async def test_what_takes_too_long_is_ended_and_the_next_is_parsed() -> None:
    with boxed(timeout_s=2) as box:
        with pytest.raises(ParseError, match="2 s") as caught:
            await parsed(box, ENDLESS)
        assert caught.value.kind == "timeout"
        assert (await parsed(box, FEED)).items


async def test_an_endless_page_is_no_feed() -> None:
    page = b"<html><head>" + b"<meta name=x content=y>" * 500_000 + b"</head></html>"
    with boxed() as box, pytest.raises(ParseError, match="a page of HTML") as caught:
        await parsed(box, page)
    assert caught.value.kind == "not_a_feed"


async def test_where_no_worker_comes_to_life_nothing_waits_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stillborn = "import os, sys\nif '--multiprocessing-fork' in sys.argv: os._exit(0)\n"
    (tmp_path / "sitecustomize.py").write_text(stillborn)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    box = ParserBox(workers=1, timeout_s=1, start_s=2)
    large = FEED + b" " * 1_000_000  # more than a pipe takes
    try:
        for _ in range(2):
            outcomes = await asyncio.gather(
                *(parsed(box, large) for _ in range(3)), return_exceptions=True
            )
            assert all("no parser process" in str(outcome) for outcome in outcomes)
        monkeypatch.delenv("PYTHONPATH")
        assert (await parsed(box, large)).items
    finally:
        box.close()


async def test_many_that_take_too_long_do_not_cost_those_behind_them_their_turn() -> None:
    box = ParserBox(workers=1, timeout_s=0.1, start_s=2)
    try:
        hanging = [parsed(box, ENDLESS) for _ in range(12)]
        outcomes = await asyncio.gather(*hanging, return_exceptions=True)
        assert all("over 0.1 s" in str(outcome) for outcome in outcomes)
    finally:
        box.close()


async def test_what_waits_when_the_workers_are_replaced_has_its_turn_with_the_new_ones() -> None:
    box = ParserBox(workers=1, timeout_s=1.5, start_s=0.5)
    try:
        waiting = asyncio.create_task(parsed(box, ENDLESS))
        await asyncio.sleep(0.1)
        await box._replace(box._pool)
        assert (await parsed(box, FEED)).items
        with pytest.raises(ParseError, match=r"over 1\.5 s"):
            await waiting
    finally:
        box.close()


async def test_what_needs_too_much_memory_is_refused_and_the_next_is_parsed() -> None:
    with boxed(max_memory_bytes=96 * 2**20) as box:
        with pytest.raises(ParseError, match=r"memory|brought") as caught:
            await parsed(box, b"<rss>" + b"a " * 20_000_000)
        assert caught.value.kind == "parse"
        assert (await parsed(box, FEED)).items


async def test_an_idle_worker_that_dies_is_replaced() -> None:
    with boxed() as box:
        await parsed(box, FEED)
        kill_workers()
        both = await asyncio.gather(parsed(box, FEED), parsed(box, FEED))
        assert all(document.items for document in both)


async def test_a_document_that_ends_its_worker_is_an_error() -> None:
    with boxed() as box:
        await parsed(box, FEED)
        parsing = asyncio.create_task(parsed(box, ENDLESS))
        await asyncio.sleep(0.5)  # until the worker is at it
        kill_workers()
        with pytest.raises(ParseError, match="brought the parser down") as caught:
            await parsing
        assert caught.value.kind == "parse"


async def test_a_closed_box_parses_nothing() -> None:
    with boxed() as box:
        await parsed(box, FEED)
    with pytest.raises(ParseError):
        await parsed(box, FEED)


def kill_workers() -> None:
    for worker in multiprocessing.active_children():
        worker.kill()
        worker.join()


def test_workers_die_with_a_killed_daemon() -> None:
    program = f"""
import asyncio, os, signal
from watcher.parse import ParserBox
box = ParserBox(workers=2)
asyncio.run(box.parse({FEED!r}, content_type=None, url={URL!r}))
print("parsed", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    daemon = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, timeout=30, check=False
    )
    # The workers hold the pipe, too: it only ended because they did.
    assert (daemon.stdout, daemon.returncode) == (b"parsed\n", -signal.SIGKILL)


def test_the_daemon_does_not_load_the_parsers_libraries() -> None:
    program = "import sys, watcher.parse; print({'feedparser', 'selectolax'} & set(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "set()\n"
