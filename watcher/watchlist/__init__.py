"""YAML → topics; lint, suggestions, edits, each in a module of its own."""

from watcher.watchlist.load import Watchlist, load

__all__ = ["Watchlist", "load"]
