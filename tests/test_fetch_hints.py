"""What servers ask for, and the junk they send instead."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.fetch.hints import LONGEST, max_age, retry_after

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 120 ", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("999999999999999999", timedelta(seconds=10**9)),
        ("Mon, 02 Mar 2026 13:00:00 GMT", HOUR),
        ("Monday, 02-Mar-26 13:00:00 GMT", HOUR),
        ("Mon, 02 Mar 2026 14:00:00 +0100", HOUR),
        ("Mon, 02 Mar 2026 13:00:00", HOUR),
        ("Mon, 02 Mar 2026 11:00:00 GMT", None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("1e9", None),
        ("Mon, 99 Mar 2026 13:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_retry_after_is_read_in_seconds_and_dates(value: str, wait: timedelta | None) -> None:
    assert retry_after(httpx.Headers([(b"Retry-After", value.encode())]), NOW) == wait


def test_a_date_counts_from_the_servers_own_clock() -> None:
    headers = httpx.Headers(
        {
            "Retry-After": "Mon, 02 Mar 2020 13:00:00 GMT",
            "Date": "Mon, 02 Mar 2020 12:00:00 GMT",
        }
    )
    assert retry_after(headers, NOW) == HOUR


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        pytest.param({}, None, id="silent"),
        pytest.param({"Cache-Control": "max-age=3600"}, HOUR, id="max-age"),
        pytest.param({"Cache-Control": "public, Max-Age = 3600"}, HOUR, id="spelled loosely"),
        pytest.param({"Cache-Control": 'max-age="3600"'}, HOUR, id="quoted"),
        pytest.param({"Cache-Control": "max-age=3600", "Age": "600"}, HOUR * 5 / 6, id="less Age"),
        pytest.param({"Cache-Control": "max-age=60", "Age": "600"}, None, id="stale already"),
        pytest.param({"Cache-Control": "max-age=60", "Age": "old"}, HOUR / 60, id="junk Age"),
        pytest.param({"Cache-Control": "s-maxage=3600"}, None, id="for shared caches"),
        pytest.param({"Cache-Control": "s-maxage=9, max-age=3600"}, HOUR, id="both"),
        pytest.param({"Cache-Control": "max-age=0"}, None, id="zero"),
        pytest.param({"Cache-Control": "max-age=junk"}, None, id="junk"),
        pytest.param({"Cache-Control": "no-cache, max-age=3600"}, None, id="no-cache"),
        pytest.param({"Cache-Control": "max-age=3600,no-store"}, None, id="no-store"),
        pytest.param({"Cache-Control": "max-age=" + "9" * 400}, LONGEST, id="for ever"),
        pytest.param({"Expires": "Mon, 02 Mar 2026 13:00:00 GMT"}, HOUR, id="Expires"),
        pytest.param(
            {
                "Expires": "Mon, 02 Mar 2020 13:00:00 GMT",
                "Date": "Mon, 02 Mar 2020 12:00:00 GMT",
            },
            HOUR,
            id="Expires less Date",
        ),
        pytest.param({"Expires": "0"}, None, id="Expires junk"),
        pytest.param({"Expires": "Mon, 02 Mar 2026 11:00:00 GMT"}, None, id="Expires past"),
        pytest.param({"Expires": "Fri, 02 Mar 2029 11:00:00 GMT"}, LONGEST, id="Expires far"),
        pytest.param(
            {"Cache-Control": "max-age=3600", "Expires": "Mon, 02 Mar 2026 12:01:00 GMT"},
            HOUR,
            id="max-age before Expires",
        ),
    ],
)
def test_freshness(headers: dict[str, str], fresh: timedelta | None) -> None:
    assert max_age(httpx.Headers(headers), NOW) == fresh


@given(st.text(), st.text(), st.text())
def test_no_junk_raises(first: str, second: str, third: str) -> None:
    headers = {"retry-after": first, "cache-control": second, "expires": third, "date": first}
    wait = retry_after(headers, NOW)
    fresh = max_age(headers, NOW)
    assert wait is None or wait >= timedelta(0)
    assert fresh is None or timedelta(0) < fresh <= LONGEST
