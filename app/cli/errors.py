"""The exceptions of the command line."""

from __future__ import annotations


class CommandError(Exception):
    """The command cannot be done; the message is one sentence for the person."""


class OutputError(CommandError):
    """Nothing more can be written on stdout."""
