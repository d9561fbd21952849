"""The polling rule's benchmark runs, and finds the rule better than a fixed wait."""

import re
from dataclasses import dataclass
from datetime import datetime

import pytest

from tests.bench import schedule_bench, schedule_rule
from tests.watched import DAY, HOUR, NOW


def test_at_an_equal_number_of_requests_the_rule_sees_items_sooner(
    capsys: pytest.CaptureFixture[str],
) -> None:
    schedule_bench.main(["--feeds", "20", "--days", "8"])
    rule, fixed = re.findall(r"([\d.]+) requests .* mean ([\d.]+)", capsys.readouterr().out)
    assert float(rule[0]) == pytest.approx(float(fixed[0]), rel=0.02)
    assert float(rule[1]) < 0.7 * float(fixed[1])


def test_the_rule_is_a_contestant_of_other_simulators() -> None:
    feed = schedule_rule.start("https://feed.example/")
    feed = schedule_rule.observe(feed, Seen())
    then, expected, feed = schedule_rule.plan(feed, NOW, 2.6)
    assert then > NOW
    assert feed.stats.planned == expected > 0


@dataclass
class Seen:
    """A poll in the words of another simulator."""

    at: datetime = NOW
    ok: bool = True
    first: bool = True
    published: tuple[datetime | None, ...] = (NOW - HOUR, NOW - DAY)
    in_document: int = 2
    oldest: datetime | None = NOW - DAY
