"""Queued deliveries → channels → sent, or later."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from watcher.clock import Clock
from watcher.errors import NotifyError
from watcher.export import web_link
from watcher.models import Delivery, LoggedMatch, Severity
from watcher.safe import safe_text
from watcher.store import Store

log = logging.getLogger(__name__)

IN_ONE_NOTICE = 2000
"""How many matches go out as one notice at most, whatever number of them it lists."""
LISTED = 10
"""How many matches a notice lists; of the others it tells the number."""
FIRST_RETRY_WAIT = timedelta(minutes=1)
LONGEST_RETRY_WAIT = timedelta(hours=6)

_SEVERITIES = tuple(Severity)
_MOST_DOUBLINGS = 16
_TOPICS_NAMED = 3
_MOST_WORDS = 6
_MOST_CHARS = 200


class Sender(Protocol):
    """Takes notices; the daemon's is a `Channel`."""

    async def send(self, title: str, body: str) -> None:
        """Send one, or raise `NotifyError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is said of some matches, in plain harmless text."""

    title: str
    body: str


async def deliver_due(store: Store, channels: Mapping[str, Sender], clock: Clock) -> None:
    """Send what is queued and due, one notice a channel; what cannot be sent is tried again later.

    A delivery is marked after it was sent: a crash between the two sends it again.

    Raises:
        StoreError: The outbox cannot be read or written.
    """
    began_at = clock()
    while due := store.claim_deliveries(now=began_at, limit=IN_ONE_NOTICE):
        groups = _by_channel(due)
        errors = await asyncio.gather(
            *(_send(channels.get(name), name, group) for name, group in groups.items())
        )
        for group, error in zip(groups.values(), errors, strict=True):
            _record(store, group, error, now=clock())


def notice(matches: Sequence[LoggedMatch]) -> Notice:
    """Say what was matched, the most severe first."""
    ordered = sorted(matches, key=lambda match: -_SEVERITIES.index(match.severity))
    blocks = [_block(match) for match in ordered[:LISTED]]
    if len(ordered) > LISTED:
        blocks.append(f"and {len(ordered) - LISTED} more")
    return Notice(title=_title(ordered), body="\n\n".join(blocks))


async def _send(channel: Sender | None, name: str, deliveries: Sequence[Delivery]) -> str | None:
    """Send one notice of them all; returns why it could not be sent."""
    try:
        await _tell(channel, name, [delivery.match for delivery in deliveries])
    except NotifyError as error:
        log.warning(
            "delivery channel=%s status=failed matches=%d: %s", name, len(deliveries), error
        )
        return str(error)
    except Exception as error:  # one odd delivery must not stop the others
        log.exception("a bug while delivering channel=%s", name)
        return f"a bug in the watcher ({type(error).__name__}); see its log"
    log.info("delivery channel=%s status=sent matches=%d", name, len(deliveries))
    return None


async def _tell(channel: Sender | None, name: str, matches: Sequence[LoggedMatch]) -> None:
    if channel is None:
        raise NotifyError(f"there is no channel {name} in the settings")
    said = notice(matches)
    await channel.send(said.title, said.body)


def _record(
    store: Store, deliveries: Sequence[Delivery], error: str | None, *, now: datetime
) -> None:
    next_try_at = None if error is None else now + _wait(deliveries)
    store.record_delivery(
        [delivery.id for delivery in deliveries], now=now, error=error, next_try_at=next_try_at
    )


def _wait(deliveries: Sequence[Delivery]) -> timedelta:
    """Wait as the newest of them would: they stay together, in one notice."""
    attempts = min(delivery.attempts for delivery in deliveries)
    return min(FIRST_RETRY_WAIT * (1 << min(attempts, _MOST_DOUBLINGS)), LONGEST_RETRY_WAIT)


def _by_channel(deliveries: Sequence[Delivery]) -> dict[str, list[Delivery]]:
    groups: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        groups.setdefault(delivery.channel, []).append(delivery)
    return groups


def _title(matches: Sequence[LoggedMatch]) -> str:
    first = matches[0]
    if len(matches) == 1:
        return f"{safe_text(first.topic)}: {_short(first.item.title)}"
    topics = list(dict.fromkeys(safe_text(match.topic) for match in matches))
    others = f" and {len(topics) - _TOPICS_NAMED} more" if len(topics) > _TOPICS_NAMED else ""
    return f"{len(matches)} matches: {', '.join(topics[:_TOPICS_NAMED])}{others}"


def _block(match: LoggedMatch) -> str:
    """Tell a match in a few lines: what, whose, by which words, where."""
    item = match.item
    facts = (match.topic, match.severity, item.outlet)
    words = list(dict.fromkeys(_short(evidence.text) for evidence in match.evidence))
    lines = (
        _short(item.title) or "(no title)",
        " · ".join(safe_text(fact) for fact in facts if fact),
        f"matched: {', '.join(words[:_MOST_WORDS])}" if words else "",
        safe_text(web_link(match)),
    )
    return "\n".join(line for line in lines if line)


def _short(text: str) -> str:
    safe = safe_text(text)
    return safe if len(safe) <= _MOST_CHARS else f"{safe[: _MOST_CHARS - 1]}…"
