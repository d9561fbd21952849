"""The daemon: ticks, signals, one lock, a clean end."""

from watcher.daemon.daemon import run_daemon, run_once

__all__ = ["run_daemon", "run_once"]
