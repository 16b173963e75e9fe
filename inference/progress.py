"""How long work reports its progress and how it is cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the fraction done (0 to 1) and a few words on what is being done."""


class Cancelled(Exception):  # noqa: N818 - being cancelled is an outcome, not an error
    """The work was cancelled by whoever asked for it."""


class CancelToken:
    """Asks long work, from any thread, to stop at its next check."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; asking twice is harmless."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the work has been asked to stop."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Stop here if asked to.

        Raises:
            Cancelled: if `cancel` was called.
        """
        if self._event.is_set():
            raise Cancelled("The work was cancelled.")


def share_of(progress: Progress | None, start: float, end: float) -> Progress | None:
    """A progress that fills only the part from start to end of another one."""
    if progress is None:
        return None

    def report(fraction: float, what: str) -> None:
        progress(start + (end - start) * fraction, what)

    return report
