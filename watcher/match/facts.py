"""Whether a fact about an item is so."""

import re
from collections.abc import Callable
from datetime import timedelta

from watcher.hosts import host_of, readable_host
from watcher.match.patterns import wildcard
from watcher.models import Item
from watcher.nodes import Fact
from watcher.query.terms import ages, compared, moments
from watcher.text.fold import fold
from watcher.text.tokens import ANY

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
    narrower = "(-.*)?" if fact.name == "lang" else ""  # zh covers zh-Hans
    pattern = re.compile(wildcard(compared(fact).replace("*", ANY)) + narrower, re.DOTALL)
    same = readable_host if fact.name == "site" else fold
    return lambda told: bool(told) and pattern.fullmatch(same(told)) is not None


_VALUES: dict[str, Callable[[Item], tuple[str, ...]]] = {
    "outlet": lambda item: (item.outlet,),
    "site": lambda item: (host_of(item.link).removeprefix("www."),),
    "feed": lambda item: (item.feed, item.feed_given),
    "group": lambda item: (item.group,),
    "country": lambda item: (item.country,),
    "lang": lambda item: (item.language.replace("_", "-"),),
    "tag": lambda item: item.tags,
    "link": lambda item: (item.link,),
}


def _published(fact: Fact) -> Test:
    start, end = moments(fact)
    return lambda item: item.published_at is not None and start <= item.published_at < end


def _age(fact: Fact) -> Test:
    least, most = ages(fact)
    zero = timedelta(0)

    def test(item: Item) -> bool:
        if item.seen_at is None or item.published_at is None:
            return False
        return least <= max(item.seen_at - item.published_at, zero) < most

    return test
