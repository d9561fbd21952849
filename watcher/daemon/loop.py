"""The event loop of the daemon where uvloop is installed."""

import socket
from typing import Any

import uvloop


class Loop(uvloop.Loop):
    """uvloop's loop, which asks nobody where an address is."""

    async def getaddrinfo(self, *where: Any, type: int = 0, **hints: Any) -> Any:
        """Look up a host for connections, unless another kind of socket is asked for.

        To connect a socket, uvloop 0.23 asks for all kinds; even an address then goes to the
        system's resolver, in another thread.
        """
        return await super().getaddrinfo(*where, type=type or socket.SOCK_STREAM, **hints)
