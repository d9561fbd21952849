"""Child processes end with their parent, even with one that was killed."""

import os
import signal
import threading
from multiprocessing.connection import wait


def end_with(lifeline: int) -> None:
    """End this process, whatever it does, when the descriptor `lifeline` is closed at its far end.

    The parent alone holds that end, so the kernel closes it when the parent ends.
    """
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: int) -> None:
    wait([lifeline])
    os.kill(os.getpid(), signal.SIGKILL)
