"""One conditional GET inside all bounds; the only HTTP towards feeds."""

import ssl
import sys

# Where rich is installed, httpx loads its own command line with it: a quarter of a short run.
# Without this module httpx goes on without (its __init__.py tries, and catches ImportError).
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

# aiohttp reads the system's authorities twice as it is imported, for contexts that are never
# used here: they cost a twentieth of a short run. Ours reads them, when it is needed.
ssl.SSLContext.set_default_verify_paths = lambda _: None  # type: ignore[assignment]  # for a moment
try:
    import aiohttp  # noqa: F401 - only to have it imported now
finally:
    del ssl.SSLContext.set_default_verify_paths

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
