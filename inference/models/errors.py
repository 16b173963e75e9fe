"""What goes wrong with networks and their weights, in a sentence for the person."""

from __future__ import annotations


class ModelError(Exception):
    """A network or its weights cannot be used; the message is one sentence on what, which file and why."""


class DeviceGoneError(ModelError):
    """The device that a network was to compute on is not there, or not any more."""
