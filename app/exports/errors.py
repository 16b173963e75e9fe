"""The one error of exports."""


class ExportError(Exception):
    """An export cannot be made; the message is one sentence for the person."""
