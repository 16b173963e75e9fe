"""The one error of imports."""


class ImportingError(Exception):
    """Something cannot be made a review of; the message is one sentence for the person."""
