"""The parts of one window, for those that act on all of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QMainWindow

from app.window.action_set import ActionSet
from app.window.analysing import Analysing
from app.window.code_editing import CodeEditing
from app.window.dive_editing import DiveEditing
from app.window.docks import Docks
from app.window.heatmap_inspection import HeatmapInspection
from app.window.jobs import JobRunner
from app.window.keypoint_editing import KeypointEditing
from app.window.live_posing import LivePosing
from app.window.maps_display import MapsDisplay
from app.window.messages import Messages
from app.window.opening import Opening
from app.window.path_editing import PathEditing
from app.window.playback import PlaybackController
from app.window.posing import Posing
from app.window.review_session import ReviewSession
from app.window.settings import Settings
from app.window.signals_display import SignalsDisplay
from app.window.space_display import SpaceDisplay
from app.window.tracked_crop import TrackedCrop
from app.window.video_chooser import VideoChooser
from app.window.video_tabs import VideoTabs
from widgets.dive_inspector import DiveInspector
from widgets.shortcut_sheet import ShortcutSheet


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WindowParts:
    """What the main window has made."""

    window: QMainWindow
    settings: Settings
    actions: ActionSet
    jobs: JobRunner
    session: ReviewSession
    playback: PlaybackController
    opening: Opening
    analysing: Analysing
    editing: DiveEditing
    codes: CodeEditing
    paths: PathEditing
    posing: Posing
    keypoints: KeypointEditing
    heatmaps: HeatmapInspection
    live: LivePosing
    maps: MapsDisplay
    signals: SignalsDisplay
    messages: Messages
    docks: Docks
    chooser: VideoChooser
    video: VideoTabs
    crop: TrackedCrop
    space: SpaceDisplay
    inspector: DiveInspector
    sheet: ShortcutSheet
