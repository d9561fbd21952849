"""Notices to people, through apprise's channels; the only door to apprise."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Lock, get_ident
from typing import TYPE_CHECKING

from watcher.aside import aside
from watcher.errors import NotifyError

if TYPE_CHECKING:
    from apprise import Apprise

log = logging.getLogger("apprise")

TIMEOUT_S = 30.0
"""How long a channel may take to accept a notice."""
UNKNOWN = "has an address that apprise does not know; its wiki lists the forms"
_ADDING = Lock()
"""Apprise loads its services at the first address, and knows only some of them meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A place where notices go; `url` is apprise's, and a secret."""

    name: str
    url: str = field(repr=False)
    timeout_s: float = TIMEOUT_S

    def mistake(self) -> str:
        """Say what is wrong with the address; nothing if apprise can use it. No notice is sent."""
        return "" if _services(self.url) else UNKNOWN

    async def send(self, title: str, body: str) -> None:
        """Send one notice of plain text.

        Raises:
            NotifyError: The channel did not take it, or not within `timeout_s`: then it may yet.
                The message tells nothing of the address.
        """
        try:
            async with asyncio.timeout(self.timeout_s):
                notify = partial(_notify, self.url, title, body)
                trouble = await aside(notify, name=f"notify {self.name}")
        except TimeoutError as error:
            trouble = f"took longer than {self.timeout_s:g} s"
            raise NotifyError(f"channel {self.name} {trouble}") from error
        if trouble:
            raise NotifyError(f"channel {self.name} {trouble}")


def _notify(url: str, title: str, body: str) -> str:
    """Send, and wait; returns what was wrong, nothing if the notice was taken."""
    services = _services(url)
    if services is None:
        return UNKNOWN
    if not services.notify(body=body, title=title, body_format="text"):
        return "did not take the notice; apprise says why in the log"
    return ""


def _services(url: str) -> "Apprise | None":
    """Make what sends to an address; `None` if apprise does not know it."""
    # Imported in the sending thread: apprise takes longer to load than most programs run.
    from apprise import Apprise  # noqa: PLC0415

    services = Apprise()
    with _ADDING, _silent():
        return services if services.add(url) else None


@contextmanager
def _silent() -> Iterator[None]:
    """Keep apprise out of the log, in this thread.

    It shows an address that it cannot read, secrets and all.
    """
    thread = get_ident()

    def of_others(record: logging.LogRecord) -> bool:
        return record.thread != thread

    log.addFilter(of_others)
    try:
        yield
    finally:
        log.removeFilter(of_others)
