"""The one error of data sets."""


class DatasetError(Exception):
    """A data set cannot be read or written; the message is one sentence naming the file and, where known, the line."""
