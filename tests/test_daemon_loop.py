import asyncio
import socket

import pytest


def test_an_address_is_looked_up_without_the_system() -> None:
    loop_of = pytest.importorskip("watcher.daemon.loop", reason="uvloop is for CPython only")
    with asyncio.Runner(loop_factory=loop_of.Loop) as runner:
        found = runner.run(runner.get_loop().getaddrinfo("192.0.2.1", 80, family=socket.AF_INET))
    stream = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("192.0.2.1", 80))
    assert found == [stream]  # the system tells of other kinds of sockets, too
