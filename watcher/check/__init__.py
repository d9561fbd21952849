"""Settings, catalogues, watchlists → every mistake; the watchlists' own tests."""

from watcher.check.reach import Reach, alternatives, reach_of
from watcher.check.report import Report
from watcher.check.run import check

__all__ = ["Reach", "Report", "alternatives", "check", "reach_of"]
