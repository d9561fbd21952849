"""Feeds may ask to be left alone for a while."""

from datetime import UTC, datetime, timedelta

import pytest

from watcher.models import Hints
from watcher.parse.document import parse_document


def hints_in(channel: str) -> Hints:
    xml = (
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
        f"<title>T</title>{channel}<item><title>x</title></item></channel></rss>"
    )
    return parse_document(xml.encode(), content_type=None, url="https://x.example/").hints


def syndication(period: str, frequency: str, more: str = "") -> str:
    return (
        f"<sy:updatePeriod>\n{period}\n</sy:updatePeriod>"
        f"<sy:updateFrequency> {frequency} </sy:updateFrequency>{more}"
    )


@pytest.mark.parametrize(
    ("channel", "hints"),
    [
        pytest.param("", Hints(), id="none"),
        pytest.param("<ttl> 30 </ttl>", Hints(ttl=timedelta(minutes=30)), id="ttl"),
        pytest.param("<ttl>soon</ttl>", Hints(), id="ttl of words"),
        pytest.param("<ttl>-5</ttl>", Hints(), id="negative ttl"),
        pytest.param("<ttl>99999999999</ttl>", Hints(), id="endless ttl"),
        pytest.param("<ttl>0</ttl>", Hints(), id="no ttl"),
        pytest.param(
            "<skipHours><hour>0</hour><hour>24</hour><hour> 7 </hour><hour>99</hour></skipHours>",
            Hints(skip_hours=frozenset({0, 7})),
            id="hours",
        ),
        pytest.param(
            "<skipDays><day>Saturday</day><day>sunday</day><day>Someday</day></skipDays>",
            Hints(skip_days=frozenset({5, 6})),
            id="days",
        ),
        pytest.param(
            syndication("daily", "4"), Hints(update_period=timedelta(hours=6)), id="syndication"
        ),
        pytest.param(
            "<sy:updatePeriod>weekly</sy:updatePeriod>",
            Hints(update_period=timedelta(days=7)),
            id="syndication without frequency",
        ),
        pytest.param(
            syndication("hourly", "1"), Hints(update_period=timedelta(minutes=15)), id="WordPress"
        ),
        pytest.param(
            syndication("hourly", "1", "<sy:updateBase>2026-01-01T00:00Z</sy:updateBase>"),
            Hints(update_period=timedelta(hours=1), update_base=datetime(2026, 1, 1, tzinfo=UTC)),
            id="hourly, and meant",
        ),
        pytest.param(
            syndication("hourly", "1", "<sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>"),
            Hints(update_period=timedelta(minutes=15)),
            id="WordPress in RSS 1.0",
        ),
        pytest.param(
            syndication("daily", "1", "<sy:updateBase>at dawn</sy:updateBase>"),
            Hints(update_period=timedelta(days=1)),
            id="no base",
        ),
        pytest.param(
            "<sy:updateBase>2026-01-01T00:10+00:00</sy:updateBase>",
            Hints(),
            id="a base without a period",
        ),
        pytest.param(syndication("often", "1"), Hints(), id="unknown period"),
    ],
)
def test_a_channel_hints(channel: str, hints: Hints) -> None:
    assert hints_in(channel) == hints


@pytest.mark.parametrize("more", ["", "</wrong>"], ids=["well-formed", "not well-formed"])
def test_what_an_item_says_of_hours_is_its_text(more: str) -> None:
    shown = "<![CDATA[Write <skipHours><hour>7</hour></skipHours> for it]]>"
    assert hints_in(f"<item><description>{shown}</description></item>{more}") == Hints()
