"""Ctrl+C as a request to stop: long work ends at its next check and keeps what it has."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from inference.progress import CancelToken


@contextmanager
def cancelled_by_interrupt() -> Iterator[CancelToken]:
    """A token that Ctrl+C (or a polite request to terminate) cancels; a second Ctrl+C stops the program at once.

    Outside the main thread, where signals cannot be caught, the token is only ever cancelled by the caller.
    """
    token = CancelToken()
    if threading.current_thread() is not threading.main_thread():
        yield token
        return

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        if token.is_cancelled:
            raise KeyboardInterrupt
        token.cancel()

    signals = [signal.SIGINT, signal.SIGTERM]
    previous = [signal.signal(number, ask_to_stop) for number in signals]
    try:
        yield token
    finally:
        for number, handler in zip(signals, previous, strict=True):
            signal.signal(number, handler)
