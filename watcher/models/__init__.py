"""The values that flow through the watcher; all frozen."""

from watcher.models.feeds import (
    Answer,
    Feed,
    FeedOptions,
    Fetched,
    Gap,
    NotModified,
    PollResult,
    PollStats,
    Rest,
    Subscription,
    Validators,
    Watched,
)
from watcher.models.items import PINNED, Document, Hints, Item
from watcher.models.matches import Delivery, Evidence, LoggedMatch, Match, Origin, State
from watcher.models.topics import SEARCHED, Actor, Place, Severity, Topic, TopicTests

__all__ = [
    "PINNED",
    "SEARCHED",
    "Actor",
    "Answer",
    "Delivery",
    "Document",
    "Evidence",
    "Feed",
    "FeedOptions",
    "Fetched",
    "Gap",
    "Hints",
    "Item",
    "LoggedMatch",
    "Match",
    "NotModified",
    "Origin",
    "Place",
    "PollResult",
    "PollStats",
    "Rest",
    "Severity",
    "State",
    "Subscription",
    "Topic",
    "TopicTests",
    "Validators",
    "Watched",
]
