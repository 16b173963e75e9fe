"""Creating and opening review files, and deciding who may write."""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.document.errors import DocumentError, OutdatedError, TakenError
from app.document.locking import WriterLock, read_holder, write_holder
from app.document.migrations import SCHEMA_VERSION, create_schema, migrate, schema_version
from app.document.store import Access, Store, describe, sqlite_engine

_SQLITE_HEADER = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An open review file. read_only_reason is a sentence, holder a fragment such as "Anna on poolside-pc …"."""

    store: Store
    lock: WriterLock | None
    read_only_reason: str | None
    holder: str | None


def create_file(path: Path) -> None:
    """Make an empty review, whole or not at all.

    Raises:
        TakenError: if something is there already.
        DocumentError: if the place cannot be written.
    """
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.new")
    try:
        if path.exists():
            raise TakenError(path)
        if not path.parent.is_dir():
            raise DocumentError(f"The folder {path.parent} does not exist; create it, or choose another place.")
        draft.touch()
        store = Store(sqlite_engine(draft, "write"), str(path))
        try:
            with store.transaction() as connection:
                create_schema(connection)
        finally:
            store.close()
        put_in_place(draft, path)
    except (OSError, sqlite3.Error) as error:
        raise DocumentError(
            f"{path} cannot be created ({_reason(error)}); choose a folder you can write to."
        ) from error
    finally:
        with suppress(OSError):  # the reason why it could not be written is the one to tell
            draft.unlink(missing_ok=True)


def put_in_place(draft: Path, path: Path) -> None:
    """Give a finished, closed file its name; the name it had before goes, or is left for the caller to remove.

    Whatever somebody else has put there meanwhile stays: to replace it would take it from whoever has it open.

    Raises:
        TakenError: if something is there.
        OSError: if the name cannot be given.
    """
    try:
        os.link(draft, path)
    except FileExistsError:
        raise TakenError(path) from None
    except OSError:  # no links on this drive
        if path.exists():
            raise TakenError(path) from None
        draft.rename(path)


def open_file(path: Path, person: str, *, read_only: bool) -> OpenedFile:
    """Open a review, for writing where nobody else does.

    Raises:
        DocumentError: if it is not a review, damaged, of a newer program, or cannot be read.
    """
    _check_header(path)
    if read_only:
        return _open_for_reading(path, "It was opened for reading only.", None)
    if not os.access(path, os.W_OK):
        return _open_for_reading(path, f"{path} is write-protected.", None)
    lock = WriterLock(path)
    try:
        is_ours = lock.acquire()
    except OSError as error:
        return _open_for_reading(path, f"Nothing can be written beside {path} ({_reason(error)}).", None)
    if not is_ours:
        return _open_for_reading(path, None, "another window")
    store = Store(sqlite_engine(path, "write"), str(path))
    try:
        with store.transaction() as connection:
            version = schema_version(connection, str(path))
        store.use_write_ahead_log()
        with store.transaction() as connection:
            migrate(connection, version)
            write_holder(connection, person)
    except BaseException:
        store.close()
        lock.discard()
        raise
    return OpenedFile(store, lock, None, None)


def _check_header(path: Path) -> None:
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for names that are too long
        raise DocumentError(f"{path} is a folder, not a review; choose a .divereview file.")
    try:
        with path.open("rb") as file:
            header = file.read(len(_SQLITE_HEADER))
    except FileNotFoundError:
        raise DocumentError(f"There is no review at {path}; check the name, or create a new one.") from None
    except OSError as error:
        raise DocumentError(f"{path} cannot be read ({_reason(error)}); check its permissions.") from error
    if header != _SQLITE_HEADER:
        raise DocumentError(f"{path} is not a DiveReview review.")


def _open_for_reading(path: Path, reason: str | None, holder: str | None) -> OpenedFile:
    try:
        store, holder_row = _reading_store(path, "read")
    except DocumentError:
        # A folder where nothing can be written has no room for the files by which readers and writer share the
        # write-ahead log. Without such a log the file itself is complete.
        if Path(f"{path}-wal").exists() or os.access(path.parent, os.W_OK):
            raise
        store, holder_row = _reading_store(path, "immutable")
    if holder is not None:
        reason = f"{holder_row or holder.capitalize()} has it open."
        holder = holder_row or holder
    return OpenedFile(store, None, reason, holder)


def _reading_store(path: Path, access: Access) -> tuple[Store, str | None]:
    store = Store(sqlite_engine(path, access), str(path))
    try:
        with store.transaction() as connection:
            version = schema_version(connection, str(path))
            if version < SCHEMA_VERSION:
                raise OutdatedError(str(path))
            return store, read_holder(connection)
    except BaseException:
        store.close()
        raise


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(describe(error, "it")) if isinstance(error, sqlite3.Error) else str(error)
