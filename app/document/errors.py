"""The one error family of the review document."""

from __future__ import annotations


class DocumentError(Exception):
    """A review cannot be opened, read or edited as asked; the message is one sentence for the person."""
