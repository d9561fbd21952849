"""Hosts are spaced, domains share, refusals rest."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.clock import monotonic
from watcher.errors import FeedError, FetchError, ParseError
from watcher.fetch.politeness import Politeness, Turns
from watcher.models import Rest

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOST = "feeds.example.com"


def refusal(status: int, retry_after: timedelta | None = None) -> FetchError:
    return FetchError("http_status", "no", status=status, retry_after=retry_after)


def test_a_host_is_asked_one_thing_at_a_time() -> None:
    politeness = Politeness(host_interval_s=5)
    politeness.started(HOST, 100.0)
    assert politeness.busy_hosts(160.0) == {HOST}
    politeness.finished(HOST, 160.0)
    assert politeness.busy_hosts(160.0) == frozenset()


def test_starts_on_a_host_are_apart() -> None:
    politeness = Politeness(host_interval_s=5)
    politeness.started(HOST, 100.0)
    politeness.finished(HOST, 100.5)
    assert politeness.busy_hosts(104.9) == {HOST}
    assert politeness.busy_hosts(105.0) == frozenset()


def test_other_hosts_do_not_wait() -> None:
    politeness = Politeness(host_interval_s=5)
    politeness.started(HOST, 100.0)
    assert "www.example.com" not in politeness.busy_hosts(100.0)


def test_without_interval_no_host_is_busy() -> None:
    politeness = Politeness(host_interval_s=0)
    for _ in range(50):
        politeness.started(HOST, 100.0)
        politeness.finished(HOST, 100.0, FetchError("connect", "no"))
    assert politeness.busy_hosts(100.0) == frozenset()


def test_the_hosts_of_a_domain_share_twelve_starts() -> None:
    politeness = Politeness(host_interval_s=5)
    hosts = [f"city{number}.example.com" for number in range(12)]
    for host in hosts:
        politeness.started(host, 100.0)
        politeness.finished(host, 100.0)
    politeness.started("example.org", 100.0)
    politeness.finished("example.org", 100.0)
    assert politeness.busy_hosts(105.0) == frozenset()
    for host in hosts[:2]:
        politeness.started(host, 105.0)
        politeness.finished(host, 105.0)
    assert politeness.busy_hosts(110.0) == frozenset(hosts)
    assert politeness.busy_hosts(115.0) == frozenset()


@given(st.lists(st.tuples(st.integers(1, 20), st.floats(0, 3)), max_size=200))
def test_a_domain_is_never_asked_more_than_its_pace(starts: list[tuple[int, float]]) -> None:
    politeness, now_s, told = Politeness(host_interval_s=5), 0.0, []
    for number, wait_s in starts:
        now_s += wait_s
        host = f"h{number}.example.com"
        if host not in politeness.busy_hosts(now_s):
            politeness.started(host, now_s)
            politeness.finished(host, now_s)
            told.append(now_s)
    not_asked_before = 20  # a host slips through the empty bucket of its domain once
    for begin in told:
        assert sum(begin <= at < begin + 60 for at in told) <= 12 + 12 + not_asked_before


def test_three_failures_in_a_row_rest_a_host() -> None:
    politeness = Politeness(host_interval_s=5)
    for at in (0.0, 10.0, 20.0):
        politeness.started(HOST, at)
        politeness.finished(HOST, at, FetchError("timeout", "slow"))
    assert politeness.busy_hosts(20.0 + 899) == {HOST}
    assert politeness.busy_hosts(20.0 + 900) == frozenset()


def test_failures_of_where_it_redirects_to_are_not_those_of_a_host() -> None:
    politeness = Politeness(host_interval_s=5)
    elsewhere = FetchError("timeout", "slow")
    elsewhere.host = "cdn.example"
    for at in (0.0, 10.0, 20.0):
        politeness.started(HOST, at)
        politeness.finished(HOST, at, elsewhere)
    assert politeness.busy_hosts(30.0) == frozenset()


def test_a_parser_that_takes_too_long_is_no_trouble_of_the_host() -> None:
    politeness = Politeness(host_interval_s=5)
    for at in (0.0, 10.0, 20.0):
        politeness.started(HOST, at)
        politeness.finished(HOST, at, ParseError("timeout", "no parser process came to life"))
    assert politeness.busy_hosts(30.0) == frozenset()


@pytest.mark.parametrize(
    "between",
    [None, ParseError("not_a_feed", "a page"), FetchError("http_status", "no", status=404)],
)
def test_any_answer_ends_a_row_of_failures(between: FeedError | None) -> None:
    politeness = Politeness(host_interval_s=5)
    for error in (FetchError("dns", "no"), FetchError("dns", "no"), between, FetchError("dns", "")):
        politeness.started(HOST, 0.0)
        politeness.finished(HOST, 0.0, error)
    assert politeness.busy_hosts(5.0) == frozenset()


@pytest.mark.parametrize(
    ("error", "minutes"),
    [
        pytest.param(refusal(429, timedelta(minutes=7)), 7, id="429 asks"),
        pytest.param(refusal(503, timedelta(minutes=7)), 7, id="503 asks"),
        pytest.param(refusal(403, timedelta(minutes=7)), 7, id="403 asks"),
        pytest.param(refusal(429), 15, id="429"),
        pytest.param(refusal(403), 15, id="403"),
        pytest.param(refusal(503), None, id="503"),
        pytest.param(refusal(404, timedelta(minutes=7)), None, id="404"),
        pytest.param(FetchError("timeout", "slow"), None, id="timeout"),
        pytest.param(ParseError("empty", "nothing"), None, id="no feed"),
    ],
)
def test_how_long_a_domain_rests(error: FeedError, minutes: int | None) -> None:
    rest = Politeness(host_interval_s=5).rest_after(HOST, error, NOW)
    assert (rest and rest.until_at) == (minutes and NOW + timedelta(minutes=minutes))


def test_refusals_of_a_domain_double_the_rest_up_to_a_day() -> None:
    politeness = Politeness(host_interval_s=0)
    hosts = [HOST, "www.example.com"] * 5
    rests = [politeness.rest_after(host, refusal(429), NOW) for host in hosts]
    hours = [(rest.until_at - NOW) / timedelta(hours=1) for rest in rests if rest]
    assert hours == [0.25, 0.5, 1, 2, 4, 8, 16, 24, 24, 24]


def test_success_forgives_refusals() -> None:
    politeness = Politeness(host_interval_s=5)
    for _ in range(5):
        politeness.rest_after(HOST, refusal(403), NOW)
    assert politeness.forgive("www.example.com", NOW) == Rest(domain="example.com", until_at=NOW)
    assert politeness.forgive("www.example.com", NOW) is None
    assert politeness.rest_after(HOST, refusal(403), NOW) == Rest(
        domain="example.com", until_at=NOW + timedelta(minutes=15), refusals=1
    )


def test_refusals_of_before_a_restart_count() -> None:
    before = Rest(domain="example.com", until_at=NOW, refusals=3)
    rest = Politeness(host_interval_s=5, rests=[before]).rest_after(HOST, refusal(429), NOW)
    assert rest == replace(before, until_at=NOW + timedelta(hours=2), refusals=4)


@pytest.mark.parametrize(
    ("days", "caution"),
    [
        pytest.param(-1, 1.25, id="while it rests"),
        pytest.param(0, 1.25, id="right after"),
        pytest.param(3.5, 1.125, id="half forgotten"),
        pytest.param(7, 1.0, id="forgotten"),
        pytest.param(30, 1.0, id="long ago"),
    ],
)
def test_a_domain_that_had_to_rest_costs_more_for_a_week(days: float, caution: float) -> None:
    politeness = Politeness(host_interval_s=5, rests=[Rest(domain="example.com", until_at=NOW)])
    assert politeness.caution(HOST, NOW + timedelta(days=days)) == caution
    assert politeness.caution("example.org", NOW) == 1.0


def test_idle_hosts_are_forgotten() -> None:
    politeness = Politeness(host_interval_s=5)
    for number in range(100):
        politeness.started(f"www.outlet{number}.com", 0.0)
        politeness.finished(f"www.outlet{number}.com", 1.0)
    politeness.busy_hosts(60.0)
    assert not politeness._hosts
    assert not politeness._full_at_s


ELSEWHERE = "www.example.org"


@pytest.mark.parametrize(
    ("host", "pause_s"),
    [
        pytest.param(HOST, 5.0, id="the host it is asking: when it is free"),
        pytest.param("www.example.com", 0.0, id="another of the domain"),
        pytest.param(ELSEWHERE, 0.0, id="another domain"),
        pytest.param("feeds.example.net", 5.0, id="a host that others are asking"),
        pytest.param("resting.example", 900.0, id="a domain that rests"),
    ],
)
def test_how_long_a_further_request_of_a_poll_waits(host: str, pause_s: float) -> None:
    rest = Rest(domain="resting.example", until_at=NOW + timedelta(minutes=15))
    politeness = Politeness(host_interval_s=5, rests=[rest])
    politeness.started(HOST, 100.0)
    politeness.started("feeds.example.net", 90.0)
    with politeness.free(HOST):
        assert politeness.pause_s(host, 100.0, NOW) == pause_s
    assert politeness.busy_hosts(110.0) == {HOST, "feeds.example.net"}


def test_a_used_up_bucket_holds_for_hosts_that_were_never_asked() -> None:
    politeness = Politeness(host_interval_s=5)
    for number in range(12):
        assert politeness.busy_domains(100.0) == frozenset()
        politeness.started(f"city{number}.example.com", 100.0)
    assert politeness.busy_domains(100.0) == {"example.com"}
    assert politeness.busy_domains(105.0) == frozenset()


def test_a_longer_rest_is_not_cut_short() -> None:
    politeness = Politeness(host_interval_s=5)
    for wait in (3600, 10):
        asked = FetchError("unavailable", "", status=503, retry_after=timedelta(seconds=wait))
        politeness.rest_after(HOST, asked, NOW)
    assert politeness.pause_s(HOST, 100.0, NOW) == 3600


def test_a_rest_that_a_clock_ahead_has_told_ends_in_a_day() -> None:
    politeness = Politeness(host_interval_s=5)
    asked = FetchError("rate_limited", "", status=429, retry_after=timedelta(seconds=2))
    politeness.rest_after(HOST, asked, NOW + timedelta(days=20))
    assert politeness.pause_s(HOST, 100.0, NOW) == 86_400
    rest = politeness.rest_after(HOST, asked, NOW)
    assert rest is not None
    assert rest.until_at == NOW + timedelta(days=1)


def test_a_further_request_waits_for_the_bucket_of_its_domain() -> None:
    politeness = Politeness(host_interval_s=5)
    for number in range(12):
        politeness.started(f"city{number}.example.com", 100.0)
    assert politeness.pause_s(HOST, 100.0, NOW) == 5.0


def test_without_interval_no_further_request_waits() -> None:
    politeness = Politeness(host_interval_s=0)
    politeness.started(HOST, 100.0)
    assert politeness.pause_s(HOST, 100.0, NOW) == 0.0


async def test_hosts_that_redirect_to_each_other_do_not_wait_for_each_other() -> None:
    politeness = Politeness(host_interval_s=0.02)
    turns = Turns(politeness=politeness, clock=lambda: NOW)
    here: list[str] = []

    async def redirected(own: str, to: str) -> None:
        politeness.started(own, monotonic())
        await asyncio.sleep(0)
        async with turns.at(to, holding=own, patience_s=60):
            assert to not in here
            here.append(to)
            await asyncio.sleep(0.01)
            here.remove(to)
        politeness.finished(own, monotonic())

    both = asyncio.gather(redirected(HOST, ELSEWHERE), redirected(ELSEWHERE, HOST))
    await asyncio.wait_for(both, timeout=5)
    assert not any(host.running for host in politeness._hosts.values())
