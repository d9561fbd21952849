"""Whether a fact about an item is so."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from watcher.hosts import host_of
from watcher.models import Item
from watcher.nodes import Fact
from watcher.query.terms import read_duration, read_moments
from watcher.text.fold import fold

Test = Callable[[Item], bool]


def test_of(fact: Fact) -> Test:
    """Make a test of `fact`; what an item does not tell is not so."""
    if fact.name == "published":
        return _published(fact)
    if fact.name == "age":
        return _age(fact)
    fits = _fitting(fact)
    values = _VALUES[fact.name]
    return lambda item: any(map(fits, values(item)))


def _fitting(fact: Fact) -> Callable[[str], bool]:
    value = fold(fact.value)
    if fact.name == "lang":
        return lambda language: f"{fold(language)}-".startswith(value.rstrip("*-") + "-")
    if fact.name == "site":
        value = value.removeprefix("www.")
    if "*" not in value:
        return lambda told: fold(told) == value
    parts = [re.escape(part) for part in value.split("*")]
    inside = "".join(f"(?>.*?{part})" for part in parts[1:-1] if part)
    pattern = re.compile(f"{parts[0]}{inside}.*{parts[-1]}", re.DOTALL)
    return lambda told: bool(told) and pattern.fullmatch(fold(told)) is not None


_VALUES: dict[str, Callable[[Item], tuple[str, ...]]] = {
    "outlet": lambda item: (item.outlet,),
    "site": lambda item: (host_of(item.link).removeprefix("www."),),
    "feed": lambda item: (item.feed,),
    "group": lambda item: (item.group,),
    "country": lambda item: (item.country,),
    "lang": lambda item: (item.language.replace("_", "-"),),
    "tag": lambda item: item.tags,
    "link": lambda item: (item.link,),
}


def _published(fact: Fact) -> Test:
    start, end = read_moments(fact.value)

    def test(item: Item) -> bool:
        at = item.published_at
        return at is not None and _is_so(fact.comparison, at, start, end)

    return test


def _is_so(comparison: str, at: datetime, start: datetime, end: datetime) -> bool:
    match comparison:
        case ">":
            return at >= end and at > start
        case ">=":
            return at >= start
        case "<":
            return at < start
        case "<=":
            return at < end or at == start
        case _:
            return start <= at < end or at == start


def _age(fact: Fact) -> Test:
    span = read_duration(fact.value)
    zero = timedelta(0)

    def test(item: Item) -> bool:
        if item.seen_at is None or item.published_at is None:
            return False
        age = max(item.seen_at - item.published_at, zero)
        return _COMPARE[fact.comparison](age, span)

    return test


_COMPARE: dict[str, Callable[[timedelta, timedelta], bool]] = {
    "=": lambda age, span: age == span,
    ">": lambda age, span: age > span,
    ">=": lambda age, span: age >= span,
    "<": lambda age, span: age < span,
    "<=": lambda age, span: age <= span,
}
