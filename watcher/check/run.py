"""Look at settings, catalogues and watchlists; run the watchlists' own tests."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Literal

from watcher.catalogue import read_catalogues
from watcher.check.report import FailedTest, Report
from watcher.errors import ConfigError, Problem, did_you_mean
from watcher.match import Matcher, explain
from watcher.models import Item, Topic
from watcher.watchlist import Watchlist, load
from watcher.watchlist.lint import lint


def check(
    *,
    watchlists: Sequence[Path],
    catalogues: Sequence[Path] = (),
    channels: Collection[str] | None = None,
    problems: Sequence[Problem] = (),
) -> Report:
    """Look for every mistake in the files at once, and run the tests of the topics.

    `channels` are the names that topics may notify; `None`: any. `problems` are mistakes found
    before, such as those of the settings; they are told first.
    """
    mistakes = list(problems)
    feeds = 0
    try:
        listed = read_catalogues(catalogues)
        feeds = len(listed.subscriptions)
        mistakes += listed.problems
    except ConfigError as error:
        mistakes += error.problems
    try:
        watchlist = load(watchlists)
    except ConfigError as error:
        return Report(problems=(*mistakes, *error.problems), feeds=feeds)
    mistakes += _unknown_channels(watchlist, channels)
    return Report(
        problems=tuple(mistakes),
        warnings=tuple(lint(watchlist)),
        failed_tests=tuple(failed_tests(watchlist.topics)),
        feeds=feeds,
        topics=len(watchlist.topics),
        tests=sum(len(topic.tests.match + topic.tests.ignore) for topic in watchlist.topics),
    )


def failed_tests(topics: Sequence[Topic]) -> Iterator[FailedTest]:
    """Run the tests of topics; each failure comes with its explanation."""
    tested = [topic for topic in topics if topic.tests.match or topic.tests.ignore]
    matcher = Matcher(tested)
    for topic in tested:
        for item in topic.tests.match:
            if not _matches(matcher, topic, item):
                yield _failed(topic, "match", item)
        for item in topic.tests.ignore:
            if _matches(matcher, topic, item):
                yield _failed(topic, "ignore", item)


def _matches(matcher: Matcher, topic: Topic, item: Item) -> bool:
    return any(match.topic == topic.id for match in matcher.match(item))


def _failed(topic: Topic, kind: Literal["match", "ignore"], item: Item) -> FailedTest:
    return FailedTest(
        topic=topic.id,
        kind=kind,
        place=str(item.id),
        text=item.title or item.summary or item.content,
        explanation=explain(topic, item).to_text(),
    )


def _unknown_channels(watchlist: Watchlist, channels: Collection[str] | None) -> Iterator[Problem]:
    for text in watchlist.channels:
        if channels is not None and text.value not in channels:
            hint = did_you_mean(text.value, channels)
            yield text.problem(f"the settings have no channel {text.value!r}{hint}")
