"""One writer per review: a file lock that the system releases when its process ends, and a row that says who it is."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, delete, insert, select

from app.document.ids import now_us, to_datetime
from app.document.schema import HolderRow


def lock_file(review: Path) -> Path:
    """The file whose lock is the right to write; it stays, since removing it could take the lock from somebody."""
    # The same file by way of a link is the same review. The point hides the file where that is the custom.
    real = Path(os.path.realpath(review))
    return real.with_name(f".{real.name}.lock")


class WriterLock:
    """The right to write to one review, kept from `acquire` to `release` or to the end of the process."""

    def __init__(self, review: Path) -> None:
        self._path = lock_file(review)
        self._lock = FileLock(self._path, thread_local=False)

    def acquire(self) -> bool:
        """Take the right to write; False where another window has it.

        Raises:
            OSError: if the lock file cannot be written.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Give the right to write back."""
        self._lock.release()

    def discard(self) -> None:
        """Release and remove the lock file, for a file that turned out not to be a review."""
        self.release()
        self._path.unlink(missing_ok=True)


def write_holder(connection: Connection, person: str) -> None:
    """Say in the review that this process has it open."""
    connection.execute(delete(HolderRow))
    connection.execute(
        insert(HolderRow),
        {"id": 1, "person": person, "host": socket.gethostname(), "process": os.getpid(), "since_us": now_us()},
    )


def clear_holder(connection: Connection) -> None:
    """Say in the review that nobody has it open any more."""
    connection.execute(delete(HolderRow))


def read_holder(connection: Connection) -> str | None:
    """Who has the review open: "Anna on poolside-pc (process 4711) since 2025-06-01 14:03"; None if nobody says."""
    row = connection.execute(select(HolderRow.__table__)).first()
    if row is None:
        return None
    since = to_datetime(row.since_us).astimezone()
    return f"{row.person} on {row.host} (process {row.process}) since {since:%Y-%m-%d %H:%M}"
