"""The one error family of the review document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DocumentError(Exception):
    """A review cannot be opened, read or edited as asked; the message is one sentence for the person."""


class TakenError(DocumentError):
    """A new review cannot be made because something is there already."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already; open it, or choose another name for the new review.")


class OutdatedError(DocumentError):
    """A review was opened for reading that must be written first, because an older program made it."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} is from an older DiveReview and must be brought up to date first; "
            "open it once where it can be written."
        )


class DamagedError(DocumentError):
    """Something stored cannot be; the message is the part of a sentence that says what.

    The store, which knows the file, makes the whole sentence of it.
    """


@contextmanager
def making_sense_of(what: str) -> Iterator[None]:
    """Take stored values that cannot be what they should, a name for a number say, for damage.

    Raises:
        DamagedError: in place of the error that the values led to.
    """
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise DamagedError(f"the stored {what} make no sense ({error!r})") from error
