"""A folder that appears whole or not at all."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.exports.errors import ExportError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


@contextmanager
def atomic_folder(target: Path, *, may_replace: Callable[[Path], bool] | None = None) -> Iterator[Path]:
    """A sibling folder to fill, which becomes `target` when the block ends and vanishes when it raises.

    Everything written is on the disk before the folder takes its name. An empty folder at `target` is taken over. A
    filled one is replaced only if `may_replace(target)` says so, by one exchange of names where the system has that.

    Args:
        target: where the folder shall appear; its parents are made.
        may_replace: says whether a filled folder there may be replaced; None means never.

    Yields:
        The folder to fill.

    Raises:
        ExportError: if there is something at `target` that may not be replaced, if the place cannot be written, or if
            the disk is full.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100 - Path.resolve would follow a link at the target itself
    _check_free(target, may_replace)
    partial = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        try:
            partial.mkdir(parents=True)
            yield partial
            _flush_tree(partial)
            _check_free(target, may_replace)
            _put_in_place(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise _told(error, target) from error


def _check_free(target: Path, may_replace: Callable[[Path], bool] | None) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise ExportError(f"{target} is in the way and not a folder; choose another name for the export.")
    try:
        is_filled = target.is_dir() and any(target.iterdir())
    except OSError as error:
        raise _told(error, target) from error
    if not is_filled:
        return
    if may_replace is None:
        raise ExportError(f"The folder {target} already exists; choose a new one, or allow overwriting it.")
    if not may_replace(target):
        raise ExportError(
            f"The folder {target} holds files that are not from an earlier export, so it is not overwritten; choose a "
            "new folder."
        )


def _told(error: OSError, target: Path) -> ExportError:
    """The sentence for what the system refused."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ExportError(f"The disk is full, so nothing was exported to {target}; free some space and try again.")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return ExportError(f"The folder {target.parent} may not be written to; choose another folder for the export.")
    reason = error.strerror or str(error)
    return ExportError(f"Exporting to {target} failed ({reason}); nothing was left behind.")


def _flush_tree(folder: Path) -> None:
    """Have everything in the folder on the disk before its name says that it is whole."""
    for root, _, names in os.walk(folder):
        for name in names:
            with (Path(root) / name).open("rb+") as file:
                os.fsync(file.fileno())
        _flush_folder(Path(root))


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle on a folder to flush
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put_in_place(partial: Path, target: Path) -> None:
    """Give the filled folder its name; whatever had the name before is deleted afterwards."""
    if not target.exists():
        partial.rename(target)
    elif not any(target.iterdir()):
        target.rmdir()
        partial.rename(target)
    elif not _exchange(partial, target):
        _rename_around(partial, target)
    _flush_folder(target.parent)


def _rename_around(partial: Path, target: Path) -> None:
    """Replace a folder by two renames, going back if the second fails."""
    aside = partial.with_suffix(".replaced")
    target.rename(aside)
    try:
        partial.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _exchange(first: Path, second: Path) -> bool:
    """Swap two names in one step; False where the system or the file system cannot."""
    try:
        if sys.platform == "linux":
            library = ctypes.CDLL(None, use_errno=True)
            return bool(library.renameat2(_AT_FDCWD, bytes(first), _AT_FDCWD, bytes(second), _RENAME_EXCHANGE) == 0)
        if sys.platform == "darwin":
            library = ctypes.CDLL(None, use_errno=True)
            return bool(library.renamex_np(bytes(first), bytes(second), _RENAME_SWAP) == 0)
    except (AttributeError, OSError):
        return False
    return False
