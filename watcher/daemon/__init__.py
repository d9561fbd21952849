"""The daemon: ticks, signals, one lock, a clean end."""

# Imported here and not five modules deeper: Python 3.11 maps and frees memory for each call that
# passes the first 16 KB of frames, which costs a twentieth of a start.
import watcher.fetch  # noqa: F401 - for what it imports
from watcher.daemon.daemon import run_daemon, run_once

__all__ = ["run_daemon", "run_once"]
