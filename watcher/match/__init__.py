"""Items × topics → matches with evidence; pure: knows no database, no feed, no clock."""

from watcher.match.engine import EVERY_ITEM, Matcher
from watcher.match.explain import Explanation, explain

__all__ = ["EVERY_ITEM", "Explanation", "Matcher", "explain"]
