"""Ids, times and names as the document stores them."""

from __future__ import annotations

import getpass
import os
import uuid
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def new_id() -> str:
    """A new id, unique in all reviews: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def now_us() -> int:
    """The present time in microseconds since 1970 UTC."""
    return (datetime.now(UTC) - _EPOCH) // _MICROSECOND


def to_datetime(at_us: int) -> datetime:
    """A stored time as a UTC datetime."""
    return _EPOCH + at_us * _MICROSECOND


def default_person() -> str:
    """Who is editing: DIVEREVIEW_PERSON, or the name of the account."""
    name = os.environ.get("DIVEREVIEW_PERSON", "").strip()
    if name:
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no account name: KeyError up to Python 3.12, OSError after
        return "unknown"
