"""What keeps a long-running daemon well: heartbeat, daily calibration, pruning."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watcher.app import App
from watcher.app.tuning import calibration
from watcher.clock import Clock, monotonic, utc_now
from watcher.daemon.jumps import JUMP_S
from watcher.daemon.rounds import Rounds
from watcher.errors import StoreError
from watcher.store import SqliteStore

log = logging.getLogger(__name__)

DAILY = timedelta(days=1)
PRUNING_PAUSE_S = 0.02
"""So long polls have the loop between two steps of pruning."""


@dataclass(slots=True, kw_only=True)
class Upkeep:
    """The slow ticks of the daemon."""

    app: App
    store: SqliteStore
    rounds: Rounds
    clock: Clock = utc_now
    monotonic: Callable[[], float] = monotonic
    pruned_at: datetime | None = None
    _ahead_s: float = field(init=False)
    _started_at: datetime = field(init=False)
    _counted_from: datetime = field(init=False)
    """Since when `rounds` has counted its polls."""

    def __post_init__(self) -> None:
        self._started_at = self._counted_from = self.clock()
        self._ahead_s = self._look()

    def beat(self) -> None:
        """Tell `status` that the daemon lives, and what troubles it."""
        try:
            self.store.beat(
                now=self.clock(), started_at=self._started_at, trouble=self.rounds.trouble
            )
        except StoreError as error:
            self.rounds.rest(error)

    async def run(self) -> None:
        """Calibrate the polling rule and prune what retention lets go, each once a day.

        By a clock that has jumped since the last tick nothing is pruned: it may jump back.
        """
        now = self.clock()
        jumped_s, self._ahead_s = self._look() - self._ahead_s, self._look()
        is_steady = abs(jumped_s) < JUMP_S
        try:
            self._calibrate(now)
            if is_steady and (self.pruned_at is None or now - self.pruned_at >= DAILY):
                for _ in self.app.pruning(self.store):
                    await asyncio.sleep(PRUNING_PAUSE_S)
                self.pruned_at = now
        except StoreError as error:
            log.warning("upkeep has to wait: %s", error)

    def _look(self) -> float:
        return self.clock().timestamp() - self.monotonic()

    def _calibrate(self, now: datetime) -> None:
        """Set the numbers anew if that is due; a count of less than a day tells too little."""
        polls = self.rounds.polls if now - self._counted_from >= DAILY else None
        before = self.store.calibration()
        settler = self.rounds.poller.settler
        settler.calibration = calibration(self.app, self.store, now=now, polls=polls)
        if self.store.calibration() != before:
            self.rounds.polls = 0
            self._counted_from = now
