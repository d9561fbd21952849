"""A query string → a tree of small frozen nodes, or where it is wrong."""

from watcher.query.mistakes import QueryError
from watcher.query.parse import parse
from watcher.query.terms import name_node
from watcher.query.version import version_of

__all__ = ["QueryError", "name_node", "parse", "version_of"]
