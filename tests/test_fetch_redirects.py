"""Where a redirect leads, and what follows it there."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import httpx
import pytest

from tests.visits import BODY, NOW, URL, answering, feed, fetcher, moved, trouble
from watcher.clock import monotonic
from watcher.errors import FetchError
from watcher.fetch import Politeness, Turns
from watcher.models import FeedOptions, Fetched


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ((301,), "https://b.example/1"),
        ((308,), "https://b.example/1"),
        ((301, 308), "https://b.example/2"),
        ((302,), None),
        ((307,), None),
        ((301, 302), None),
        ((303, 301), None),
    ],
)
async def test_only_permanent_redirects_move_a_feed(
    statuses: tuple[int, ...], moved_to: str | None
) -> None:
    hops = [moved(f"https://b.example/{n}", status) for n, status in enumerate(statuses, 1)]
    answer = await answering(*hops, httpx.Response(200, content=BODY)).get(feed())
    assert isinstance(answer, Fetched)
    assert answer.url == f"https://b.example/{len(statuses)}"
    assert answer.moved_to == moved_to


async def test_a_feed_moves_to_an_address_without_a_fragment() -> None:
    hops = answering(moved("https://B.example/1#top"), httpx.Response(200, content=BODY))
    assert (await hops.get(feed())).moved_to == "https://b.example/1"


async def test_redirects_end_after_five_hops() -> None:
    five = [moved(f"{URL}/{number}") for number in range(5)]
    answer = await answering(*five, httpx.Response(200, content=BODY)).get(feed())
    assert isinstance(answer, Fetched)
    error = await trouble(fetcher(lambda _: moved(URL)).get(feed()))
    assert error.kind == "too_many_redirects"


async def test_the_address_is_checked_at_every_hop() -> None:
    hops = answering(moved("https://b.example/"), moved("https://169.254.169.254/", 302))
    assert (await trouble(hops.get(feed()))).kind == "blocked_address"


async def test_https_falls_to_http_only_where_allowed() -> None:
    hops = [moved("http://outlet.example/"), httpx.Response(200, content=BODY)]
    assert (await trouble(answering(*hops).get(feed()))).kind == "downgrade"
    answer = await answering(*hops).get(feed(), FeedOptions(allow_downgrade=True))
    assert isinstance(answer, Fetched)


async def test_secrets_do_not_follow_a_redirect_to_another_origin() -> None:
    sent: dict[str, tuple[str | None, str | None]] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        headers = request.headers
        sent[str(request.url)] = (headers.get("authorization"), headers.get("x-key"))
        if request.url.path == "/feed":
            return moved("/here")
        if request.url.path == "/here":
            return moved("https://other.example/")
        return httpx.Response(200, content=BODY)

    options = FeedOptions(auth="Bearer t", headers={"X-Key": "k"})
    await fetcher(answer).get(feed(), options)
    assert sent == {
        URL: ("Bearer t", "k"),
        "https://outlet.example/here": ("Bearer t", "k"),
        "https://other.example/": (None, None),
    }


def turns(host_interval_s: float) -> Turns:
    return Turns(politeness=Politeness(host_interval_s=host_interval_s), clock=lambda: NOW)


async def test_hosts_that_redirects_lead_to_are_asked_in_turn() -> None:
    asked_s: list[float] = []

    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.host != "cdn.example":
            return moved("https://cdn.example/feed", 302)
        asked_s.append(monotonic())
        return httpx.Response(200, content=BODY)

    one, in_turn = fetcher(serve, timeout_s=0.15), turns(0.1)
    feeds = [replace(feed(), url=f"https://{n}.example/feed") for n in range(3)]
    await asyncio.gather(*(one.get(each, turns=in_turn) for each in feeds))
    assert all(later - sooner >= 0.09 for sooner, later in pairwise(asked_s))
    assert len(asked_s) == 3


async def test_the_host_of_the_feed_itself_is_followed_at_once() -> None:
    one, in_turn = answering(moved("/there"), httpx.Response(200, content=BODY)), turns(60)
    in_turn.politeness.started("outlet.example", monotonic())
    assert isinstance(await one.get(feed(), turns=in_turn), Fetched)


async def test_a_redirect_back_to_the_feeds_own_host_waits_as_others_do() -> None:
    asked_s: list[float] = []

    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.host == "gate.example":
            return moved(f"{URL}?seen", 302)
        asked_s.append(monotonic())
        if request.url.query:
            return httpx.Response(200, content=BODY)
        return moved("https://gate.example/", 302)

    one, in_turn = fetcher(serve), turns(0.1)
    in_turn.politeness.started("outlet.example", monotonic())
    assert isinstance(await one.get(feed(), turns=in_turn), Fetched)
    assert asked_s[1] - asked_s[0] >= 0.09


async def test_a_host_that_rests_for_long_is_not_asked_for_a_redirect() -> None:
    in_turn = turns(0)
    refused = FetchError("rate_limited", "enough", status=429)
    in_turn.politeness.rest_after("cdn.example", refused, NOW)
    one = answering(moved("https://cdn.example/feed"))
    error = await trouble(one.get(feed(), turns=in_turn))
    assert (error.kind, "cdn.example is to be left alone" in str(error)) == ("rate_limited", True)


async def test_trouble_is_of_the_host_that_answered() -> None:
    one = answering(moved("https://cdn.example/feed", 302), httpx.Response(429))
    assert (await trouble(one.get(feed()))).host == "cdn.example"


async def test_time_that_runs_out_after_a_redirect_is_of_the_host_that_was_asked() -> None:
    async def serve(request: httpx.Request) -> httpx.Response:
        if request.url.host == "cdn.example":
            await asyncio.sleep(60)
        return moved("https://cdn.example/feed", 302)

    one, in_turn = fetcher(serve, timeout_s=0.05), turns(0.001)
    for _ in range(3):
        error = await trouble(one.get(feed(), turns=in_turn))
        assert (error.kind, error.host) == ("timeout", "cdn.example")
    assert in_turn.politeness.resting_hosts(monotonic()) == {"cdn.example"}
