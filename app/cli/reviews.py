"""Opening a review for a command, and leaving nothing behind where nothing came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.errors import CommandError

if TYPE_CHECKING:
    from app.document.document import ReviewDocument


@contextmanager
def readable_review(path: Path) -> Iterator[ReviewDocument]:
    """An existing review, opened without the right to change it, so that a window may have it open meanwhile.

    One of an older program is brought up to date first.

    Raises:
        DocumentError: if it cannot be opened.
    """
    from app.document.document import ReviewDocument
    from app.document.errors import OutdatedError

    try:
        document = ReviewDocument.open(path, read_only=True)
    except OutdatedError:
        ReviewDocument.open(path).close()
        document = ReviewDocument.open(path, read_only=True)
    with document:
        yield document


@contextmanager
def writable_review(path: Path) -> Iterator[ReviewDocument]:
    """A review to write to, made if there is none; one that was made and stayed empty is removed again.

    Raises:
        CommandError: if another program has it open.
        DocumentError: if it cannot be opened or made.
    """
    from app.document.document import ReviewDocument
    from app.document.locking import lock_file

    is_new = not path.exists()
    with ReviewDocument.open_or_create(path) as document:
        if document.is_read_only:
            raise CommandError(f"{path} cannot be written to. {document.read_only_reason}")
        try:
            yield document
        finally:
            is_empty = not document.videos()
    if is_new and is_empty:
        for made in (path, lock_file(path)):
            made.unlink(missing_ok=True)
