"""Bytes to items, in a killable process; the only door to feedparser."""

from watcher.parse.box import ParserBox
from watcher.parse.document import parse_document

__all__ = ["ParserBox", "parse_document"]
