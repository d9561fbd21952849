"""Commands as their users type them: real processes, ended in every way."""

import signal
import threading

import pytest

from tests.e2e.conftest import Program, until

pytestmark = pytest.mark.enable_socket


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_daemon_told_to_stop_again_and_again_ends_cleanly(
    program: Program, number: signal.Signals
) -> None:
    daemon = program.start("run")
    until(lambda: "watching" in program.stderr())
    pause = threading.Event()
    while daemon.poll() is None:
        daemon.send_signal(number)
        pause.wait(0.02)
    assert daemon.returncode == 0, program.stderr()


def test_a_reload_asked_for_too_early_kills_nothing(program: Program) -> None:
    lock = program.database.with_suffix(".lock")
    daemon = program.start("run")
    until(lock.exists)
    daemon.send_signal(signal.SIGHUP)
    until(lambda: "watching" in program.stderr())
    assert program.stop(daemon) == 0
