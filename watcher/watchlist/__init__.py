"""YAML → topics; lint, suggestions, edits."""

from watcher.watchlist.edit import append_test
from watcher.watchlist.lint import lint
from watcher.watchlist.load import Watchlist, load
from watcher.watchlist.schema import json_schema

__all__ = ["Watchlist", "append_test", "json_schema", "lint", "load"]
