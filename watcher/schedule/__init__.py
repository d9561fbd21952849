"""When to poll next; pure.

`observe` learns from each poll, `plan` says when the next one comes, `calibrate` sets once a day
the one number that all plans share, so that all feeds together keep to the budget.
"""

from watcher.schedule.bounds import Clamps
from watcher.schedule.calibration import Calibration, calibrate, crowded
from watcher.schedule.learning import observe
from watcher.schedule.planning import Plan, plan
from watcher.schedule.reason import why

__all__ = ["Calibration", "Clamps", "Plan", "calibrate", "crowded", "observe", "plan", "why"]
