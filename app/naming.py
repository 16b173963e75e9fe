"""Dive codes for what a search has found, by the classifier. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from app.findings import Findings, Told
from inference.progress import Cancelled, CancelToken
from inference.results import DetectedDive

if TYPE_CHECKING:
    from inference.diving.network_classifier import LoadedClassifier
    from inference.video.reader import FrameReader


def named(settings: Mapping[str, Any], classifier: LoadedClassifier) -> dict[str, Any]:
    """The settings of a run with the classifier whose codes its dives have."""
    model = classifier.identity
    facts = {"name": model.name, "version": model.version, "weights_hash": model.weights_hash}
    return {**settings, "classifier": facts}


def with_codes(
    reader: FrameReader, findings: Findings, classifier: LoadedClassifier, told: Told, cancel: CancelToken | None
) -> Findings:
    """What a search found, each dive that has a path with the probabilities of its attributes and its likeliest code.

    Args:
        reader: the video, open.
        findings: of a search that came to its end.
        classifier: see the class.
        told: who is told each dive with its code, and what became of the classifier.
        cancel: stops the work; all that was found stays, with the codes known until then. So it does where there is not
            enough memory for the classifier on any device.
    """
    from inference.diving.network_classifier import classify_dive
    from inference.models.errors import ModelError
    from inference.video.errors import VideoError

    found, dives, stopped_by = findings.dives, list[DetectedDive](), None
    sparing = classifier.sparing(told.on_notice)
    try:
        for number, dive in enumerate(found):
            if cancel is not None:
                cancel.raise_if_cancelled()
            if told.progress is not None:
                told.progress(number / len(found), "Proposing dive codes")
            said = classify_dive(reader, dive, sparing)
            dives.append(dive if said is None else said.added_to(dive))
            told.on_code(dives[-1])
    except (Cancelled, VideoError) as reason:
        stopped_by = reason
    except ModelError as error:
        told.on_notice(f"Not all dives have a dive code. {error}")
    rest = iter((*dives, *found[len(dives) :]))
    return Findings(
        tuple(
            (
                run,
                replace(
                    predictions,
                    settings=named(predictions.settings, classifier),
                    dives=tuple(islice(rest, len(predictions.dives))),
                ),
            )
            for run, predictions in findings.runs
        ),
        stopped_by,
    )
