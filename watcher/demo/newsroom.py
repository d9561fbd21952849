"""A real HTTP server on loopback that publishes the script's items as they fall due."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree

from watcher.clock import Clock
from watcher.demo.script import Outlet, Planted, Script

HOST = "127.0.0.1"
ATOM = "http://www.w3.org/2005/Atom"
CONTENT_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
}


@dataclass(slots=True, kw_only=True)
class Newsroom:
    """The outlets and the clock by which they publish."""

    script: Script
    clock: Clock
    opened_at: datetime | None = None
    """When it was first asked for a feed: there the script begins."""
    port: int = 0

    @property
    def base(self) -> str:
        """The address before every path."""
        return f"http://{HOST}:{self.port}"

    def feed_url(self, outlet: Outlet) -> str:
        """Tell where an outlet's feed is."""
        return f"{self.base}/{outlet.id}/feed"

    def document(self, path: str) -> tuple[str, bytes] | None:
        """Write the feed at this path as it stands now: its content type and body."""
        outlet = next((each for each in self.script.outlets if path == f"/{each.id}/feed"), None)
        if outlet is None:
            return None
        elapsed_s = (self.clock() - self._begin()).total_seconds()
        items = [i for i in self.script.items if i.outlet == outlet.id and i.at <= elapsed_s]
        body = WRITERS[outlet.format](self, outlet, items[::-1])
        return CONTENT_TYPES[outlet.format], body

    def published_at(self, item: Planted) -> datetime:
        """Tell when an item came out; what was there before the start is an hour old."""
        age = timedelta(hours=-1) if item.at == 0 else timedelta(seconds=item.at)
        return (self._begin() + age).replace(microsecond=0)

    def _begin(self) -> datetime:
        self.opened_at = self.opened_at or self.clock()
        return self.opened_at


def write_rss(newsroom: Newsroom, outlet: Outlet, items: Sequence[Planted]) -> bytes:
    """Write RSS 2.0 (https://www.rssboard.org/rss-specification)."""
    rss = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(rss, "channel")
    for name, text in (
        ("title", outlet.title),
        ("link", f"{newsroom.base}/{outlet.id}"),
        ("description", "An invented outlet of the demo"),
        ("language", outlet.language),
    ):
        ElementTree.SubElement(channel, name).text = text
    for item in items:
        element = ElementTree.SubElement(channel, "item")
        for name, text in (
            ("title", item.title),
            ("link", newsroom.base + item.path),
            ("guid", newsroom.base + item.path),
            ("description", item.summary),
            ("pubDate", format_datetime(newsroom.published_at(item))),
        ):
            ElementTree.SubElement(element, name).text = text
        if item.author:
            ElementTree.SubElement(element, "author").text = item.author
    return bytes(ElementTree.tostring(rss, encoding="utf-8", xml_declaration=True))


def write_atom(newsroom: Newsroom, outlet: Outlet, items: Sequence[Planted]) -> bytes:
    """Write Atom 1.0 (RFC 4287)."""
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": outlet.language})
    dates = [newsroom.published_at(item) for item in items] or [newsroom.clock()]
    ElementTree.SubElement(feed, "id").text = newsroom.feed_url(outlet)
    ElementTree.SubElement(feed, "title").text = outlet.title
    ElementTree.SubElement(feed, "updated").text = max(dates).isoformat()
    for item in items:
        entry = ElementTree.SubElement(feed, "entry")
        moment = newsroom.published_at(item).isoformat()
        for name, text in (
            ("id", newsroom.base + item.path),
            ("title", item.title),
            ("summary", item.summary),
            ("published", moment),
            ("updated", moment),
        ):
            ElementTree.SubElement(entry, name).text = text
        if item.content:
            ElementTree.SubElement(entry, "content").text = item.content
        ElementTree.SubElement(entry, "link", rel="alternate", href=newsroom.base + item.path)
        author = ElementTree.SubElement(entry, "author")
        ElementTree.SubElement(author, "name").text = item.author or outlet.title
    return bytes(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True))


def write_json(newsroom: Newsroom, outlet: Outlet, items: Sequence[Planted]) -> bytes:
    """Write JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "language": outlet.language,
        "items": [
            {
                "id": newsroom.base + item.path,
                "url": newsroom.base + item.path,
                "title": item.title,
                "summary": item.summary,
                "content_text": item.content or item.summary,
                "date_published": newsroom.published_at(item).isoformat(),
                "authors": [{"name": item.author or outlet.title}],
            }
            for item in items
        ],
    }
    return json.dumps(feed, ensure_ascii=False).encode()


WRITERS: dict[str, Callable[[Newsroom, Outlet, Sequence[Planted]], bytes]] = {
    "rss": write_rss,
    "atom": write_atom,
    "json": write_json,
}


@contextmanager
def open_newsroom(script: Script, clock: Clock) -> Iterator[Newsroom]:
    """Serve the script's feeds on a free port of loopback until the block ends."""
    newsroom = Newsroom(script=script, clock=clock)

    class Handler(BaseHTTPRequestHandler):
        """Answers conditional requests for the feeds (RFC 9110, section 13.1.2)."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            document = newsroom.document(self.path)
            if document is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            content_type, body = document
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            unchanged = self.headers.get("If-None-Match") == etag
            self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", "0" if unchanged else str(len(body)))
            self.end_headers()
            if not unchanged:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet: the demo's output is its matches."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        newsroom.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
        thread.start()
        try:
            yield newsroom
        finally:
            server.shutdown()
            thread.join()
