"""A page's HTML → the addresses that may be feeds, and what software serves it."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from watcher.errors import FetchError
from watcher.fetch.guard import check_url

_READ = 1024 * 1024
"""Characters of a page that are looked at; what names a feed stands near its top or foot."""
# Not by a library that builds a tree: that takes quadratic time on hostile pages (open elements
# that each paragraph opens anew), and pages are read outside the parser's box. Here what has begun
# always ends, be it with the page: each character is read once.
_MARKUP = re.compile(
    r"""<(?:!--(?:-?>|.*?(?:--!?>|\Z))|[!?][^>]*+|(?P<name>/?[a-z][^\s/>]*+)(?P<rest>(?:[^>=]++
    |=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?+)*+)(?P<closed>>)?)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
"""A comment, a declaration or a tag (WHATWG HTML, section 13.2.5); quotes count after a `=`."""
_TEXT_ENDS = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"]
}
"""Where elements end that hold text alone: what looks like a tag or a comment in there is none."""
_FOREIGN = ("svg", "math")
"""Only in these, `/>` ends an element that could hold something."""
_ATTRIBUTE = re.compile(
    r"""(?<![a-z-])([a-z-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE
)
_FEED_TYPE = re.compile(r"^(?:application|text)/(?:rss|atom|rdf|feed|x-rss)?\+?(?:xml|json)\b")
_FEED_LIKE = re.compile(
    r"(?:^|[/._?=&-])(?:rss2?|atom|feeds?|rdf)(?:$|[/._?=&-])|\.(?:rss|rdf|atom)$", re.IGNORECASE
)

NEWS_SITEMAPS = ("news-sitemap.xml", "sitemap-news.xml")
WELL_KNOWN = (
    "feed",
    "rss",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "feed.json",
    "feeds",
    "news/rss",
    "rss/all",
    *NEWS_SITEMAPS,
)
"""Where feeds lie on sites that do not name them, from the root; the likeliest first."""

_SOFTWARE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("WordPress", "wp-content", ("feed/", "?feed=rss2")),
    ("Blogger", "blogger.com", ("feeds/posts/default",)),
    ("Ghost", 'content="ghost', ("rss/",)),
    ("Substack", "substackcdn.com", ("feed",)),
    ("Drupal", "drupal", ("rss.xml", "rss/feed.xml")),
    ("Joomla", "joomla", ("?format=feed&type=rss", "index.php?format=feed&type=rss")),
    ("TYPO3", "typo3", ("rss.xml", "feed.xml")),
    ("Squarespace", "squarespace", ("?format=rss", "blog?format=rss")),
    ("Wix", "wixstatic.com", ("blog-feed.xml",)),
    ("Hugo", 'content="hugo', ("index.xml",)),
    ("Jekyll", 'content="jekyll', ("feed.xml",)),
    ("DataLife Engine", "datalife engine", ("rss.xml", "engine/rss.php")),
    ("Bitrix", "/bitrix/", ("rss/", "news/rss/", "rss.php")),
    ("Discourse", "discourse", ("latest.rss",)),
    ("MediaWiki", "mediawiki", ("index.php?title=Special:RecentChanges&feed=atom",)),
)
"""Name, what betrays it in the page (lower case), where it serves feeds."""


@dataclass(frozen=True, slots=True)
class Lead:
    """An address that may be a feed, and how it was found."""

    url: str
    how: str


def named_leads(page: str, url: str) -> Iterator[Lead]:
    """Name the feeds a page names: its link elements first, then anchors that look like feeds.

    RSS Advisory Board, "RSS Autodiscovery"; WHATWG HTML, section 4.6.7.1 (`alternate`).
    """
    tags = [
        (name, _attributes(rest))
        for name, rest in _tags(page[:_READ])
        if name in ("link", "a", "base")
    ]
    base = next((each["href"] for name, each in tags if name == "base" and each.get("href")), "")
    start = _joined(url, base) or url
    for wanted, is_lead in (("link", _is_feed_link), ("a", _is_feed_anchor)):
        for name, attributes in tags:
            if name == wanted and is_lead(attributes):
                target = _joined(start, attributes["href"])
                if target:
                    yield Lead(target, "link element" if wanted == "link" else "link in the page")


def guessed_leads(page: str, url: str) -> Iterator[Lead]:
    """Guess where a site's feeds lie: by its software, below the page itself, at usual places."""
    seen = page[:_READ].lower()
    for software, mark, paths in _SOFTWARE:
        if mark in seen:
            for path in paths:
                yield from _guess(url, path, software)
                yield from _guess(url, "/" + path, software)
    for path in WELL_KNOWN:
        yield from _guess(url, "/" + path, "usual place")


def _guess(url: str, path: str, how: str) -> Iterator[Lead]:
    target = _joined(url, path)
    if target:
        yield Lead(target, how)


def _tags(page: str) -> Iterator[tuple[str, str]]:
    """List the tags that a browser sees: the name, and what follows it."""
    at, is_foreign = 0, False
    while found := _MARKUP.search(page, at):
        at = found.end()
        name, rest = (found["name"] or "").lower(), found["rest"] or ""
        if name.removeprefix("/") in _FOREIGN:
            is_foreign = not (name.startswith("/") or rest.endswith("/"))
        if name in _TEXT_ENDS and not (is_foreign and rest.endswith("/")):
            end = _TEXT_ENDS[name].search(page, at)
            at = end.start() if end else len(page)
        elif found["closed"]:
            yield name, rest


def _attributes(rest: str) -> Mapping[str, str]:
    return {
        name.lower(): html.unescape(double or single or bare).strip()
        for name, double, single, bare in _ATTRIBUTE.findall(rest)
    }


def _is_feed_link(attributes: Mapping[str, str]) -> bool:
    return (
        "href" in attributes
        and "alternate" in attributes.get("rel", "").lower().split()
        and bool(_FEED_TYPE.match(attributes.get("type", "").lower()))
    )


def _is_feed_anchor(attributes: Mapping[str, str]) -> bool:
    return bool(_FEED_LIKE.search(attributes.get("href", "")))


def _joined(url: str, reference: str) -> str | None:
    """Resolve a reference; `None` unless it leads to where something may be fetched."""
    try:
        return str(check_url(urljoin(url, reference)).copy_with(fragment=None))
    except (ValueError, FetchError):
        return None
