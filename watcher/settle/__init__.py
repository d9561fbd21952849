"""What a poll leaves behind: items, matches, notices, gap, validators, the next poll's time."""

from watcher.settle.outcome import Polled, Settling, Trouble, Visit, Watch
from watcher.settle.settler import Settler

__all__ = ["Polled", "Settler", "Settling", "Trouble", "Visit", "Watch"]
