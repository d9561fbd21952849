"""Settings, catalogues, watchlists → every mistake; the watchlists' own tests."""

from watcher.check.report import FailedTest, Report
from watcher.check.run import check, failed_tests

__all__ = ["FailedTest", "Report", "check", "failed_tests"]
