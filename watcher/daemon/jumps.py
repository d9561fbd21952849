"""Jumps of the wall clock: APScheduler waits by it, so its ticks must be moved after one."""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.clock import Clock, monotonic, utc_now
from watcher.errors import StoreError

if TYPE_CHECKING:
    from apscheduler.schedulers.base import BaseScheduler

log = logging.getLogger(__name__)

JUMP_S = 5.0
"""A difference between the two clocks that counts as a jump of the wall clock."""


@dataclass(slots=True, kw_only=True)
class Jumps:
    """Holds the wall clock against one that only goes forward."""

    scheduler: "BaseScheduler"
    plan_anew: Callable[[], object]
    """Brings back what is due in what was the future; may raise StoreError."""
    clock: Clock = utc_now
    monotonic: Callable[[], float] = monotonic
    _ahead_s: float = field(init=False)
    _unplanned: bool = False

    def __post_init__(self) -> None:
        self._ahead_s = self._look()

    def follow(self) -> None:
        """If the wall clock jumped since the last look: tick in a second, and plan polls anew."""
        self._move_ticks()
        if self._unplanned:
            with contextlib.suppress(StoreError):  # then at the next look
                self.plan_anew()
                self._unplanned = False

    def _move_ticks(self) -> None:
        jumped_s = self._look() - self._ahead_s
        if abs(jumped_s) < JUMP_S:
            return
        self._unplanned = True
        log.warning("the wall clock jumped by %.0f s", jumped_s)
        self._ahead_s += jumped_s
        for job in self.scheduler.get_jobs():
            job.modify(next_run_time=self.clock() + timedelta(seconds=1))

    def _look(self) -> float:
        return self.clock().timestamp() - self.monotonic()
