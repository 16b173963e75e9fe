"""ActivityNet JSON: temporal segments with labels, as action-detection code bases read them.

Segments are in seconds from the first frame, from the time stamp of the start frame (last contact with the board) to
that of the end frame (first contact with the water). There are no image coordinates in this format.

A dive's label is its dive code, or "dive" where the code is not known; the taxonomy says that every code is a dive, so
a reader that only wants to find dives goes up one level. Videos without an exported dive are left out: a video that
nobody has reviewed is no example of footage without dives.
"""

from __future__ import annotations

import json
from typing import Any

from app.exports.request import ExportRequest
from app.exports.selection import VideoSelection, select_dives
from inference.dataset.splits import split_videos

FILE_NAME = "activitynet.json"
VERSION = "DiveReview ActivityNet 1"
DIVE_LABEL = "dive"


def write_activitynet(request: ExportRequest) -> None:
    """Write activitynet.json.

    Raises:
        ExportError: if there is no dive to export.
        Cancelled: if the export was cancelled.
    """
    request.report(0.0, "writing ActivityNet segments")
    selections = [selection for selection in select_dives(request) if selection.dives]
    subsets = split_videos(
        (selection.video.fingerprint for selection in selections), request.split_fractions, request.seed
    )
    content = {
        "version": VERSION,
        "taxonomy": _taxonomy(selections),
        "database": {
            selection.name: _entry(selection, subsets[selection.video.fingerprint]) for selection in selections
        },
    }
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2)
    (request.folder / FILE_NAME).write_text(text + "\n", encoding="utf-8", newline="\n")
    request.report(1.0, "wrote ActivityNet segments")


def _entry(selection: VideoSelection, subset: str) -> dict[str, Any]:
    video = selection.video
    return {
        "duration": video.duration_s,
        "subset": subset,
        "resolution": f"{video.width}x{video.height}",
        "url": "",
        "file": video.path.name,
        "fps": video.average_fps,
        "annotations": [
            {"segment": [dive.start.seconds, dive.end.seconds], "label": dive.code or DIVE_LABEL}
            for dive in selection.dives
        ],
    }


def _taxonomy(selections: list[VideoSelection]) -> list[dict[str, Any]]:
    """The tree of labels: the root, dives below it, and every code that occurs below that."""
    codes = sorted({dive.code for selection in selections for dive in selection.dives if dive.code})
    nodes = [("Root", None, None), (DIVE_LABEL, 0, "Root"), *((code, 1, DIVE_LABEL) for code in codes)]
    return [
        {"nodeId": node_id, "nodeName": name, "parentId": parent_id, "parentName": parent_name}
        for node_id, (name, parent_id, parent_name) in enumerate(nodes)
    ]
