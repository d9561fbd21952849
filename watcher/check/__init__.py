"""Settings, catalogues, watchlists → every mistake; the watchlists' own tests."""

from watcher.check.reach import Reach, alternatives, reach_of
from watcher.check.report import FailedTest, Report
from watcher.check.run import check, failed_tests

__all__ = ["FailedTest", "Reach", "Report", "alternatives", "check", "failed_tests", "reach_of"]
