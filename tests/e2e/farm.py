"""A loopback server of well-behaved feeds that grow, sleep, die and return when told to."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

ITEM = (
    "<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
    "<description>{text}</description></item>"
)


@dataclass(slots=True)
class FarmFeed:
    """One feed: its items (titles, newest last), and how it behaves."""

    titles: list[str] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: threading.Event | None = None
    """When set: answers wait for it."""
    window: int = 1000


class Farm:
    """All feeds of one server, by name; `answers` counts them by (name, status)."""

    def __init__(self) -> None:
        self.feeds: dict[str, FarmFeed] = {}
        self.answers: Counter[tuple[str, int]] = Counter()
        self.conditional = 0
        self.user_agents: set[str] = set()
        self.port = 0

    def add(self, name: str, *titles: str) -> str:
        """Open a feed; returns its address."""
        self.feeds[name] = FarmFeed(list(titles))
        return self.url(name)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"

    def document(self, name: str) -> bytes:
        feed = self.feeds[name]
        shown = list(enumerate(feed.titles))[-feed.window :]
        items = "".join(
            ITEM.format(
                title=escape(title), link=f"{self.url(name)}/{number}", text=f"Number {number}."
            )
            for number, title in reversed(shown)
        )
        return f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'.encode()


@contextmanager
def open_farm() -> Iterator[Farm]:
    """Serve a farm on a free port of loopback until the block ends."""
    farm = Farm()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.strip("/")
            feed = farm.feeds.get(name, FarmFeed(status=404))
            farm.user_agents.add(self.headers["User-Agent"])
            farm.conditional += "If-None-Match" in self.headers
            if feed.delay is not None:
                feed.delay.wait(30)
            body = farm.document(name) if feed.status == 200 else b""
            etag = f'"{sha256(body).hexdigest()[:16]}"'
            status = feed.status
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            farm.answers[name, status] += 1
            try:
                self.send_response(status)
                headers = {"ETag": etag, "Content-Type": "application/rss+xml", **feed.headers}
                for key, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 512

        def handle_error(self, *args: object) -> None:
            """A client that was killed is what these tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        farm.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield farm
        finally:
            server.shutdown()
            thread.join()
