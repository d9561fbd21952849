"""One conditional GET inside all bounds; the only HTTP towards feeds."""

from watcher.fetch.client import Fetcher, Limits, user_agent
from watcher.fetch.discover import Candidate, discover
from watcher.fetch.politeness import Politeness
from watcher.hosts import host_of, registrable_domain

__all__ = [
    "Candidate",
    "Fetcher",
    "Limits",
    "Politeness",
    "discover",
    "host_of",
    "registrable_domain",
    "user_agent",
]
