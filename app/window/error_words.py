"""One sentence for a person about an error, and what lies behind it for whoever wants to know."""

from __future__ import annotations

import traceback

from app.approach import AnalysisError
from app.document.errors import DocumentError
from app.exports.errors import ExportError
from inference.diving.codes import DiveCodeError
from inference.models.errors import ModelError
from inference.video.errors import VideoError

FOR_PEOPLE = (VideoError, DocumentError, ExportError, AnalysisError, DiveCodeError, ModelError)
"""Their message is a sentence written for the person."""


def explain(error: BaseException, while_doing: str = "") -> tuple[str, str]:
    """(sentence, details) for the message bar; details are empty where the sentence says it all.

    Args:
        error: what was raised.
        while_doing: what was under way, such as "Analysing dive.mp4".
    """
    if isinstance(error, FOR_PEOPLE):
        cause = error.__cause__
        return str(error), "".join(traceback.format_exception(cause)) if cause is not None else ""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, MemoryError):
        return "There is not enough memory for this; close other programs and try again.", details
    if isinstance(error, OSError) and error.strerror:
        place = f" at {error.filename}" if error.filename else ""
        return f"A file could not be used{place}: {error.strerror.lower()}.", details
    if isinstance(error, ValueError) and str(error):
        text = str(error)
        return text[:1].upper() + text[1:] + ("" if text.endswith(".") else "."), details
    where = f" while {while_doing[:1].lower()}{while_doing[1:]}" if while_doing else ""
    return f"Something unexpected went wrong{where}; nothing stored is lost, and the log has the details.", details
