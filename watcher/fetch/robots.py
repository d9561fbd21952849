"""A site's robots.txt → where its news sitemaps may lie, and may be asked for."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from watcher.fetch.page import NEWS_SITEMAPS
from watcher.hosts import host_of, registrable_domain

_READ = 500 * 1024
"""Nobody reads more of it (RFC 9309, section 2.5)."""
_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(https?://[^\s/]+/\S*)", re.IGNORECASE | re.M)
_RULE = re.compile(
    r"^[ \t\ufeff]*(user-agent|allow|disallow)[ \t]*:[ \t]*([^#\s]*)", re.IGNORECASE | re.M
)
_US = "feed-watcher"
"""What rules call us: the name that begins our User-Agent, in lower case."""
_MOST = 3
"""Addresses that are worth a request."""


def site_of(links: Iterable[str]) -> str:
    """Name the one site that all links lead to, such as `https://a.example`; else nothing."""
    sites = {_origin(link) for link in links}
    return sites.pop() if len(sites) == 1 else ""


def _origin(link: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def news_sitemaps(robots: str, site: str) -> list[str]:
    """Name the addresses that most likely hold a news sitemap, a few of them.

    First those of robots.txt whose names speak of news (sitemaps.org, "Informing search engine
    crawlers"), then the usual places that its rules leave open. What lies on another domain is
    left out, and so are files that are packed: they hold the archive.
    """
    robots = "\n".join(robots[:_READ].splitlines())
    named = filter(_speaks_of_news, _SITEMAP.findall(robots))
    rules = _rules(robots)
    usual = (urljoin(site, f"/{place}") for place in NEWS_SITEMAPS if _is_open(f"/{place}", rules))
    domain = registrable_domain(host_of(site))
    likely = dict.fromkeys([*named, *usual])
    return [url for url in likely if registrable_domain(host_of(url)) == domain][:_MOST]


def _speaks_of_news(url: str) -> bool:
    place = url.split("/", 3)[3].lower()
    return "news" in place and not place.endswith(".gz")


def _rules(robots: str) -> list[tuple[str, str]]:
    """Read the rules of groups that name us, else of those for all (RFC 9309, section 2.2.1)."""
    found: dict[str, list[tuple[str, str]]] = {_US: [], "*": []}
    agents: set[str] = set()
    is_head = False
    for name, value in _RULE.findall(robots):
        if name.lower() == "user-agent":
            agent = value.lower().partition("/")[0]
            agents = agents | {agent} if is_head else {agent}
            is_head = True
            continue
        is_head = False
        for agent in agents & found.keys():
            found[agent].append((name.lower(), value))
    return found[_US] or found["*"]


def _is_open(path: str, rules: Iterable[tuple[str, str]]) -> bool:
    """Tell whether we may ask: the longest rule decides, of equals `allow` (section 2.2.2)."""
    decisive = ((len(rule), name == "allow") for name, rule in rules if _covers(rule, path))
    return max(decisive, default=(0, True))[1]


def _covers(rule: str, path: str) -> bool:
    """Tell whether a path is one of a rule's: `*` is any signs, `$` the end (section 2.2.3)."""
    first, *others = rule.split("*")
    path = f"{path}$"
    if not (rule and path.startswith(first)):
        return False
    at = len(first)
    for part in others:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True
