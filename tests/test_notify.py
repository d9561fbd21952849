"""Notices through apprise, against a real server on loopback that takes them, refuses, or hangs."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from watcher.errors import NotifyError
from watcher.notify import UNKNOWN, Channel

AT_ONCE = """
import asyncio, logging, sys
from watcher.notify import Channel

URLS = ["nosuch://secret", "json://127.0.0.1:1/secret", "xml://127.0.0.1:1/secret", "other://secret"]
CHANNELS = [Channel(name=f"channel {number}", url=url) for number, url in enumerate(URLS)]

async def main():
    sending = [channel.send("title", "body") for channel in CHANNELS]
    print(*await asyncio.gather(*sending, return_exceptions=True), sep="\\n")

logging.basicConfig(stream=sys.stdout, level=logging.WARNING)
asyncio.run(main())
"""


@dataclass
class Desk:
    """What the server was sent, and how it answers."""

    status: int = 200
    port: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    hang: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hang.set()

    def channel(self, *, timeout_s: float = 20) -> Channel:
        url = f"json://user:pass-word@127.0.0.1:{self.port}/secret-path"
        return Channel(name="desk", url=url, timeout_s=timeout_s)


@pytest.fixture(scope="module", autouse=True)
def services() -> None:
    """Let apprise load its services now: a thread that has yet to would outlive its test."""
    Channel(name="desk", url="json://127.0.0.1").mistake()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            desk.taken.append(json.loads(body))
            desk.hang.wait(timeout=30)
            self.send_response(desk.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        desk.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield desk
        desk.hang.set()
        server.shutdown()
        thread.join()


@pytest.mark.enable_socket
async def test_a_notice_arrives_as_it_was_written(desk: Desk) -> None:
    await desk.channel().send(
        "flood: <b>A flood</b>", "Wasser & Wind\n\nhttps://x.example/?a=1&b=2"
    )
    (taken,) = desk.taken
    assert taken["title"] == "flood: <b>A flood</b>"
    assert taken["message"] == "Wasser & Wind\n\nhttps://x.example/?a=1&b=2"


@pytest.mark.enable_socket
async def test_a_refusal_is_an_error_without_the_secret(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.status = 500
    with pytest.raises(NotifyError, match=r"^channel desk did not take the notice") as caught:
        await desk.channel().send("title", "body")
    assert_no_secret(caught.value)
    assert "secret" not in caplog.text


@pytest.mark.enable_socket
async def test_a_channel_that_hangs_is_given_up(desk: Desk) -> None:
    desk.hang.clear()
    with pytest.raises(NotifyError, match=r"^channel desk took longer than 0\.2 s$") as caught:
        await desk.channel(timeout_s=0.2).send("title", "body")
    assert_no_secret(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("nothing-of-the-kind://secret-path", id="unknown service"),
        pytest.param("secret-path", id="no address"),
        pytest.param("", id="nothing"),
    ],
)
async def test_an_address_apprise_does_not_know_is_an_error(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NotifyError, match="an address that apprise does not know") as caught:
        await Channel(name="desk", url=url).send("title", "body")
    assert_no_secret(caught.value)
    assert "secret" not in caplog.text


def test_the_first_notices_may_leave_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE], capture_output=True, text=True, check=True, timeout=60
    )
    assert [line.rpartition("apprise")[2] for line in done.stdout.splitlines()[-4:]] == [
        " does not know; its wiki lists the forms",
        " says why in the log",
        " says why in the log",
        " does not know; its wiki lists the forms",
    ]
    assert "secret" not in done.stdout


@pytest.mark.parametrize(
    ("url", "mistake"),
    [
        pytest.param("json://127.0.0.1/secret-path", "", id="known"),
        pytest.param("jsonn://127.0.0.1/secret-path", UNKNOWN, id="unknown"),
    ],
)
def test_a_mistake_is_told_without_a_notice(
    url: str, mistake: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert Channel(name="desk", url=url).mistake() == mistake
    assert caplog.text == ""


def test_a_channel_does_not_show_its_address() -> None:
    assert "secret" not in repr(Channel(name="desk", url="json://127.0.0.1/secret-path"))


def assert_no_secret(error: NotifyError) -> None:
    assert "secret" not in str(error)
    assert "pass-word" not in str(error)
