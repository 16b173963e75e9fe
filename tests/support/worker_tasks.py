"""Tasks for several processes, which import them from here."""

import os
import signal
import time


def squared(number, step_done):
    """Three steps and the square; the first of several is the last to be done."""
    for _ in range(3):
        step_done()
    time.sleep(0.3 if number == 0 else 0.0)
    return number * number


def refused(number, step_done):
    """Fails for 2."""
    if number == 2:
        raise ValueError("two is too many")
    return squared(number, step_done)


def endless(number, step_done):
    """Ends only when it is told to."""
    while True:
        step_done()
        time.sleep(0.01)


def killed(number, step_done):
    """Is ended from outside."""
    os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
