"""Options of single feeds, as one run of the real program obeys them towards real servers."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.e2e.conftest import Program

pytestmark = pytest.mark.enable_socket

PLAIN = '<rss version="2.0"><channel><item><title>A fair</title></item></channel></rss>'
SLOW = PLAIN.replace("<item>", "<ttl>600</ttl><item>")
CATALOGUE = '<opml version="2.0"><head/><body>{outlines}</body></opml>'
SETTINGS = """\
[[feed]]
url = "{http}/weight"
weight = 4
[[feed]]
url = "{http}/min"
min = "3h"
[[feed]]
url = "{http}/max"
max = "10m"
[[feed]]
url = "{http}/slow-ignored"
ignore_hints = ["ttl"]
[[feed]]
url = "http://outlet.invalid/proxied"
proxy = "{http}"
[[feed]]
url = "{https}/unverified"
verify = false
[[feed]]
url = "{https}/moved-down"
verify = false
[[feed]]
url = "{https}/moved-down-allowed"
verify = false
allow_downgrade = true
"""
FEEDS = (
    *(f"{{http}}/{name}" for name in ("plain", "weight", "min", "max", "slow", "slow-ignored")),
    "http://outlet.invalid/proxied",
    *(
        f"{{https}}/{name}"
        for name in ("verified", "unverified", "moved-down", "moved-down-allowed")
    ),
)


class Polled:
    """What the database tells of each feed, by the last part of its address."""

    def __init__(self, program: Program) -> None:
        rows = program.rows("SELECT * FROM feed_health")
        names = [url.rpartition("/")[2] for url, *_ in rows]
        self.error = {name: row[7] for name, row in zip(names, rows, strict=True)}
        self.wait = {
            name: datetime.fromisoformat(row[5]) - datetime.fromisoformat(row[3])
            for name, row in zip(names, rows, strict=True)
        }
        self.listed = {
            str(row["feed"]).rpartition("/")[2]: row for row in program.json("feeds", "list")
        }


@contextmanager
def open_server(asked: list[str], *, tls: ssl.SSLContext | None, below: str = "") -> Iterator[str]:
    """Serve feeds, also as a proxy would; what is moved lies `below`. Yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            name = self.path.rpartition("/")[2]
            body = (SLOW if name.startswith("slow") else PLAIN).encode()
            self.send_response(302 if name.startswith("moved") else 200)
            self.send_header("Location", f"{below}/{name.removeprefix('moved-')}")
            self.send_header("ETag", '"1"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            """A client that refuses the certificate is what this is about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def self_signed(folder: Path) -> ssl.SSLContext:
    """Make a certificate for loopback that nobody has signed."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=loopback"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """What was asked of the plain server."""
    return []


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory, asked: list[str]) -> Iterator[Polled]:
    folder = tmp_path_factory.mktemp("options")
    program = Program(folder)
    for name in ("MIN", "MAX", "ERROR_MIN"):
        del program.environment[f"WATCHER_POLL__{name}"]
    program.environment["WATCHER_POLL__JITTER"] = "0"
    with ExitStack() as open_ones:
        http = open_ones.enter_context(open_server(asked, tls=None))
        https = open_ones.enter_context(open_server([], tls=self_signed(folder), below=http))
        addresses = {"http": http, "https": https}
        (folder / "watcher.toml").write_text(SETTINGS.format(**addresses))
        outlines = "".join(
            f'<outline type="rss" text="x" xmlUrl="{url.format(**addresses)}"/>' for url in FEEDS
        )
        (folder / "feeds").mkdir()
        (folder / "feeds" / "all.opml").write_text(CATALOGUE.format(outlines=outlines))
        program("run", "--once")
        yield Polled(program)
    program.kill_all()


def test_a_feed_of_weight_four_is_polled_twice_as_often(polled: Polled) -> None:
    assert polled.wait["plain"] / polled.wait["weight"] == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize(
    ("name", "wait"),
    [
        pytest.param("min", timedelta(hours=3), id="min"),
        pytest.param("max", timedelta(minutes=10), id="max"),
        pytest.param("slow", timedelta(hours=10), id="a ttl that is heeded"),
    ],
)
def test_a_wait_is_kept_within_what_is_set(polled: Polled, name: str, wait: timedelta) -> None:
    assert polled.wait[name] == wait


def test_a_hint_that_is_ignored_puts_nothing_off(polled: Polled) -> None:
    assert polled.wait["slow-ignored"] == polled.wait["plain"]


def test_a_proxy_is_asked_in_the_place_of_the_outlet(polled: Polled, asked: list[str]) -> None:
    assert polled.error["proxied"] is None
    assert "http://outlet.invalid/proxied" in asked


@pytest.mark.parametrize(
    ("name", "error"),
    [
        pytest.param("verified", "tls", id="a certificate nobody signed"),
        pytest.param("unverified", None, id="the same, with verify off"),
        pytest.param("moved-down", "downgrade", id="https to http"),
        pytest.param("moved-down-allowed", None, id="the same, allowed"),
    ],
)
def test_what_is_unsafe_must_be_allowed(polled: Polled, name: str, error: str | None) -> None:
    assert polled.error[name] == error


def test_a_feed_that_is_not_verified_is_shown_so(polled: Polled) -> None:
    unverified = {name for name, row in polled.listed.items() if "unverified" in row["why"]}
    assert unverified == {"unverified", "moved-down", "moved-down-allowed"}
