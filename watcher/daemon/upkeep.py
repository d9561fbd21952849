"""What keeps a long-running daemon well: heartbeat, daily calibration, pruning."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.app import App
from watcher.app.tuning import calibration
from watcher.clock import utc_now
from watcher.daemon.rounds import Rounds
from watcher.errors import StoreError
from watcher.store import SqliteStore

log = logging.getLogger(__name__)

DAILY = timedelta(days=1)


@dataclass(slots=True, kw_only=True)
class Upkeep:
    """The slow ticks of the daemon."""

    app: App
    store: SqliteStore
    rounds: Rounds
    pruned_at: datetime | None = None

    def beat(self) -> None:
        """Tell `status` that the daemon lives, and what troubles it."""
        try:
            self.store.beat(now=utc_now(), trouble=self.rounds.trouble)
        except StoreError as error:
            log.warning("the heartbeat cannot be stored: %s", error)

    def run(self) -> None:
        """Calibrate the polling rule and prune what retention lets go, each once a day."""
        now = utc_now()
        try:
            settler = self.rounds.poller.settler
            before = settler.calibration
            settler.calibration = calibration(
                self.app, self.store, now=now, polls=self.rounds.polls
            )
            if settler.calibration != before:
                self.rounds.polls = 0
            if self.pruned_at is None or now - self.pruned_at >= DAILY:
                self.pruned_at = now
                self.app.prune(self.store)
        except StoreError as error:
            log.warning("upkeep has to wait: %s", error)
