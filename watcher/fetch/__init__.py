"""One conditional GET inside all bounds; the only HTTP towards feeds."""

import sys

# Where rich is installed, httpx loads its own command line with it: a quarter of a short run.
# Without this module httpx goes on without (its __init__.py tries, and catches ImportError).
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

from watcher.fetch.client import Fetcher, Limits, user_agent
from watcher.fetch.discover import Candidate, discover
from watcher.fetch.politeness import CAUTION_LASTS, Politeness, Turns
from watcher.fetch.robots import news_sitemaps, site_of

__all__ = [
    "CAUTION_LASTS",
    "Candidate",
    "Fetcher",
    "Limits",
    "Politeness",
    "Turns",
    "discover",
    "news_sitemaps",
    "site_of",
    "user_agent",
]
