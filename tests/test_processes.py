import os
import signal
import subprocess
import sys

PROGRAM = """
import sys, threading
from watcher.processes import end_with
end_with(0)
print("at work", flush=True)
threading.Event().wait(30)
"""


def test_a_process_ends_with_its_lifeline() -> None:
    lifeline, held = os.pipe()
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdin=lifeline, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"at work\n"
        assert child.poll() is None
        os.close(held)
        assert child.wait(timeout=10) == -signal.SIGKILL
    os.close(lifeline)
