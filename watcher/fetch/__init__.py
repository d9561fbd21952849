"""One conditional GET inside all bounds; the only HTTP towards feeds."""

from watcher.fetch.client import Fetcher, Limits, user_agent
from watcher.fetch.politeness import Politeness, host_of, registrable_domain

__all__ = ["Fetcher", "Limits", "Politeness", "host_of", "registrable_domain", "user_agent"]
