"""YAML → topics; lint, suggestions, edits."""

from watcher.watchlist.load import Watchlist, load
from watcher.watchlist.schema import json_schema

__all__ = ["Watchlist", "json_schema", "load"]
