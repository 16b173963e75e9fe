"""A main window in which a dive has predicted keypoints that are easy to reckon with."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint
from review_window import go_to, open_window, settle, store_dives

from app.document.records import KeypointTrack
from inference.results import ModelIdentity

JOINTS = ("head", "left_wrist", "right_wrist", "left_ankle", "right_ankle")
FIRST, LAST = 20, 50
"""Frames in which there are keypoints, those of the first dive."""

CONFIDENCE = 0.5


def predicted_place(frame, joint):
    """Where the model sees a joint: 24 px apart, all moving by 2 px a frame to the right."""
    return 100.0 + 2 * (frame - FIRST) + 24 * JOINTS.index(joint), 40.0 + 20 * JOINTS.index(joint)


def predicted_track(joints=JOINTS, first=FIRST, last=LAST):
    values = [[(*predicted_place(frame, joint), CONFIDENCE) for joint in joints] for frame in range(first, last + 1)]
    return KeypointTrack(ModelIdentity("pose", "1"), first, tuple(joints), np.array(values, np.float32))


def open_posed_window(qtbot, clip, *, frame=30):
    """The first dive is selected, its predicted keypoints are stored, and a frame of it is shown with the keyboard."""
    window = open_window(qtbot, clip)
    first, *_ = store_dives(qtbot, window)
    window.session.document.store_keypoints(first, predicted_track())
    window.session.select(first)
    settle(qtbot, window)
    go_to(qtbot, window, frame)
    window.video.canvas.setFocus()
    return window


def keypoint(window, joint, frame=30):
    return window.session.document.keypoints(window.session.dives[0].id, frame)[joint]


def human_places(window, frame=30):
    """Where a person placed joints of a frame, by name."""
    found = window.session.document.keypoints(window.session.dives[0].id, frame)
    return {name: (point.x, point.y) for name, point in found.items() if point.is_human}


def interpolated_places(window, frame=30):
    """Where joints of a frame were interpolated, by name."""
    found = window.session.document.keypoints(window.session.dives[0].id, frame)
    return {name: (point.x, point.y) for name, point in found.items() if point.is_interpolated}


def widget_point(view, place):
    """The place in a view of frame coordinates."""
    x, y = view.to_widget(place).tolist()
    return QPoint(round(x), round(y))
