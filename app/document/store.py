"""Connections and transactions: one connection per document, one transaction per edit.

SQLite runs in WAL mode with synchronous=FULL, so that what has been committed survives a crash of the program, of the
system and of the power, and readers never wait for the writer.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from app.document.errors import DamagedError, DocumentError

BUSY_TIMEOUT_S = 5.0

Access = Literal["write", "read", "immutable"]


def sqlite_engine(path: Path, access: Access) -> Engine:
    """An engine with one connection to a SQLite file that exists.

    "read" may see a writer's new commits; "immutable" is for a file in a folder where nothing can be written, which
    SQLite cannot read in any other way.
    """
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(path, access),
        poolclass=StaticPool,
    )
    begin = "BEGIN IMMEDIATE" if access == "write" else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _connect(path: Path, access: Access) -> sqlite3.Connection:
    # isolation_level None: transactions begin where the engine says so, not where sqlite3 guesses.
    connection = sqlite3.connect(
        _uri(path, access), uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF")  # a foreign file's views and triggers may not call functions
        connection.execute("PRAGMA foreign_keys = ON")
        if access == "write":
            connection.execute("PRAGMA synchronous = FULL")
        else:
            connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


# Readers open for writing where they can, though they never write: whoever closes last then folds the write-ahead log
# into the file, where SQLite's own read-only mode would leave the log's files behind.
_MODES: dict[Access, str] = {"write": "mode=rw", "read": "mode=rw", "immutable": "mode=ro&immutable=1"}


def _uri(path: Path, access: Access) -> str:
    quoted = quote(path.absolute().as_posix())
    slash = "" if quoted.startswith("/") else "/"  # a Windows path begins with its drive
    return f"file://{slash}{quoted}?{_MODES[access]}"


class Store:
    """Runs transactions on an engine, one at a time across threads, and turns database errors into sentences."""

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self._place = place
        self.lock = threading.RLock()
        self._open: Connection | None = None
        self._is_closed = False

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that commits at the end, or rolls back on an exception; an inner one joins the outer.

        Raises:
            DocumentError: if the database refuses or is damaged.
        """
        with self.lock:
            if self._open is not None:
                yield self._open
                return
            if self._is_closed:
                raise DocumentError(f"{self._place} has been closed; open it again.")
            with self._sentences(), self._engine.begin() as connection:
                self._open = connection
                try:
                    yield connection
                finally:
                    self._open = None

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except DamagedError as error:
            raise DocumentError(f"{self._place} is damaged: {error}; restore it from a copy.") from error
        except DBAPIError as error:
            raise describe(error.orig, self._place) from error
        except sqlite3.Error as error:  # outside of SQLAlchemy's own calls
            raise describe(error, self._place) from error

    def use_write_ahead_log(self) -> None:
        """Let readers see the last commit while the next edit is written; the file remembers."""
        with self.lock, self._sentences():
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()

    def data_version(self) -> int:
        """A number that changes when another connection has committed to the file."""
        with self.transaction() as connection:
            return int(connection.execute(text("PRAGMA data_version")).scalar_one())

    def close(self) -> None:
        """Close the connection; SQLite then folds the write-ahead log into the file if nobody else has it open."""
        with self.lock:
            self._is_closed = True
            self._engine.dispose()


_SENTENCES = (
    ("malformed", "{place} is damaged; restore it from a copy."),
    ("not a database", "{place} is not a DiveReview review."),
    ("disk is full", "There is no space left on the disk for {place}; free some and try again."),
    ("readonly", "{place} cannot be written; check the permissions of the file and its folder."),
    ("unable to open", "{place} cannot be opened; check the permissions of the file and its folder."),
    ("locked", "{place} is in use by another program; close it there and try again."),
    ("disk i/o", "The disk failed while using {place}; check the drive."),
    ("no such table", "{place} is not a DiveReview review, or parts of it are missing."),
    ("no such column", "{place} is damaged; restore it from a copy."),
)


def describe(error: BaseException | Any, place: str) -> DocumentError:
    """What a database error means to a person, in one sentence."""
    message = str(error)
    for fragment, sentence in _SENTENCES:
        if fragment in message.lower():
            return DocumentError(sentence.format(place=place))
    return DocumentError(f"{place} cannot be used ({message}).")
