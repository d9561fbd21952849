"""A site's robots.txt → where its news sitemaps may lie."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from watcher.fetch.page import NEWS_SITEMAPS
from watcher.hosts import host_of, registrable_domain

_READ = 500 * 1024
"""Nobody reads more of it (RFC 9309, section 2.5)."""
_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(https?://[^\s/]+/\S*)", re.IGNORECASE | re.M)
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
    crawlers"), then the usual places. What lies on another domain is left out, and so are files
    that are packed: they hold the archive.
    """
    named = filter(_speaks_of_news, _SITEMAP.findall(robots[:_READ]))
    usual = (urljoin(site, f"/{place}") for place in NEWS_SITEMAPS)
    domain = registrable_domain(host_of(site))
    likely = dict.fromkeys([*named, *usual])
    return [url for url in likely if registrable_domain(host_of(url)) == domain][:_MOST]


def _speaks_of_news(url: str) -> bool:
    place = url.split("/", 3)[3].lower()
    return "news" in place and not place.endswith(".gz")
