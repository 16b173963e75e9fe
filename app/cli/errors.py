"""The one exception of the command line."""

from __future__ import annotations


class CommandError(Exception):
    """The command cannot be done; the message is one sentence for the person."""
