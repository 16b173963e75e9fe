"""What goes wrong when methods are measured, in a sentence for the person."""

from __future__ import annotations


class EvaluationError(Exception):
    """An evaluation cannot be done or drawn; the message is one sentence on what and what to do."""
