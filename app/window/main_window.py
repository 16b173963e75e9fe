"""The main window: puts the parts together and owns how they start and end."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.loaded_models import LoadedModels
from app.window.action_set import ActionSet
from app.window.analysing import Analysing
from app.window.code_editing import CodeEditing
from app.window.commands import Commands
from app.window.demo import Demo
from app.window.device_chooser import DeviceChooser
from app.window.dive_editing import DiveEditing
from app.window.dive_values import DiveViews
from app.window.dives_panel import DivesPanel
from app.window.docks import Docks
from app.window.heatmap_inspection import HeatmapInspection
from app.window.idle_keys import IdleKeys
from app.window.inspector_panel import InspectorPanel
from app.window.jobs import JobRunner
from app.window.key_focus import KeyFocus
from app.window.keypoint_editing import KeypointEditing
from app.window.live_posing import LivePosing
from app.window.maps_display import MapsDisplay
from app.window.messages import Messages
from app.window.model_chooser import ModelChooser
from app.window.opening import Opening
from app.window.path_editing import PathEditing
from app.window.playback import PlaybackController
from app.window.played_video import PlayedVideo
from app.window.pose_display import PoseDisplay
from app.window.posing import Posing
from app.window.recent_files import RecentFiles
from app.window.review_heading import ReviewHeading
from app.window.review_session import ReviewSession
from app.window.settings import Settings
from app.window.signals_display import SignalsDisplay
from app.window.space_display import SpaceDisplay
from app.window.status_line import StatusLine
from app.window.stored_poses import StoredPoses
from app.window.timeline_panel import TimelinePanel
from app.window.tracked_crop import TrackedCrop
from app.window.video_chooser import VideoChooser
from app.window.video_tabs import VideoPanel, VideoTabs
from app.window.welcome_panel import WelcomePanel
from app.window.window_parts import WindowParts
from app.window.window_state import keep_window, restore_window
from widgets.dive_inspector import DiveInspector
from widgets.dives_table import DivesTable
from widgets.heatmaps import HeatmapInspector
from widgets.shortcut_sheet import ShortcutSheet
from widgets.timeline import Timeline
from widgets.welcome import WelcomePage


class MainWindow(QMainWindow):
    """One review in one window.

    Nothing is computed here: the parts are made, connected, and closed in the right order.
    """

    # Qt sends events from the first child on, before the constructor is done.
    _key_focus: KeyFocus | None = None
    _idle_keys: IdleKeys | None = None

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.setObjectName("main")
        self.setAcceptDrops(True)
        self.settings = settings or Settings()
        self.jobs = JobRunner(self)
        self.session = ReviewSession(self)
        self.playback = PlaybackController(self)
        self.actions_ = ActionSet(self)
        self.opening = Opening(self.session, self.jobs, self.settings, self)
        self.analysing = Analysing(self.session, self.jobs, self.settings, self)
        self.editing = DiveEditing(self.session, self.playback, self)
        self.loaded = LoadedModels()
        self.posing = Posing(self.session, self.playback, self.jobs, self.settings, self.loaded, self)
        self.stored = StoredPoses(self.session, self)
        self.live = LivePosing(self.session, self.playback, self.settings, self.stored, self.loaded, self)
        self.demo = Demo(self.opening, self.analysing, self.session, self.jobs, self)
        self._key_focus = KeyFocus(self)
        self._make_views()
        self._make_panels()
        self._parts = self._all_parts()
        self.commands = Commands(self._parts)
        idle_keys = self._idle_keys = IdleKeys(self.actions_, self.commands.available, self)
        idle_keys.said.connect(self.messages.say)
        restore_window(self._parts)
        self._connect()
        self._show_review()

    # Making

    def _make_views(self) -> None:
        self.welcome = WelcomePage(self)
        self.video = VideoTabs(self)
        self.table = DivesTable(self)
        self.inspector = DiveInspector(self)
        self.timeline = Timeline(self)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.video)
        self.messages = Messages(self)
        centre = QWidget(self)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.messages.banner)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(centre)
        self.messages.lie_over(self.pages, below=self.video.tabs.tabBar())
        self.heatmap_inspector = HeatmapInspector(self)
        self.docks = Docks(
            self,
            self.settings,
            dives=self.table,
            inspector=self.inspector,
            timeline=self.timeline,
            heatmaps=self.heatmap_inspector,
        )
        self.actions_.fill_toolbar(self.docks.toolbar)
        self.models = ModelChooser(self.docks.toolbar, self.actions_, self.settings, self)
        self.devices = DeviceChooser(self.docks.toolbar, self.settings, self)
        self.docks.toolbar.addAction(self.actions_["live_pose"])
        self.chooser = VideoChooser(self.docks.toolbar, self.session, self.opening, self)
        menus = self.actions_.fill_menus(self)
        self._overlay_menu = menus["Overlays"]
        self.docks.add_to_menu(menus["View"])
        self.sheet = ShortcutSheet(self)
        self.recent = RecentFiles(menus["File"], self.actions_["open_folder"], self.settings, self)

    def _make_panels(self) -> None:
        self.codes = CodeEditing(self.inspector.code, self.session, self)
        self.paths = PathEditing(self.video.canvas, self.session, self.playback, self.jobs, self)
        VideoPanel(self.video, self.session, self.editing, self.playback, self)
        self.pose = PoseDisplay(self.video, self.session, self.playback, self.stored, self.live, self)
        self.crop = TrackedCrop(
            self.video.canvas, self.video.crop, self.paths, self.pose, self.session, self.playback, self
        )
        self.space = SpaceDisplay(
            self.video,
            self.crop,
            self.paths,
            self.pose,
            self.session,
            self.playback,
            self.actions_,
            self.settings,
            self,
        )
        self.keypoints = KeypointEditing(self.video, self.session, self.playback, self.pose, self)
        views = DiveViews()
        DivesPanel(self.table, self.session, self.editing, self.analysing, self.playback, views, self)
        TimelinePanel(self.timeline, self.session, self.editing, self.analysing, self.playback, views, self)
        InspectorPanel(self.inspector, self.video.canvas, self.session, self.editing, self.codes, self)
        self.heatmaps = HeatmapInspection(
            self.docks.heatmaps,
            self.actions_["heatmaps"],
            self.session,
            self.playback,
            self.settings,
            self.loaded,
            self,
        )
        self.maps = MapsDisplay(
            self.video, self.playback, self.live, self.heatmap_inspector.controls, self.actions_, self.settings, self
        )
        self.maps.add_to_menu(self._overlay_menu)
        self.signals = SignalsDisplay(
            self.video, self.timeline, self.session, self.playback, self.actions_, self.settings, self
        )
        self.status = StatusLine(self.statusBar(), self.session, self.playback, self.jobs, self)

    def _all_parts(self) -> WindowParts:
        return WindowParts(
            window=self,
            settings=self.settings,
            actions=self.actions_,
            jobs=self.jobs,
            session=self.session,
            playback=self.playback,
            opening=self.opening,
            analysing=self.analysing,
            editing=self.editing,
            codes=self.codes,
            paths=self.paths,
            posing=self.posing,
            keypoints=self.keypoints,
            heatmaps=self.heatmaps,
            live=self.live,
            maps=self.maps,
            signals=self.signals,
            messages=self.messages,
            docks=self.docks,
            chooser=self.chooser,
            video=self.video,
            crop=self.crop,
            space=self.space,
            inspector=self.inspector,
            sheet=self.sheet,
        )

    def _connect(self) -> None:
        self.session.review_changed.connect(self._show_review)
        ReviewHeading(self, self.session, self.opening, self.messages, self.commands.files.locate_video)
        PlayedVideo(self.session, self.playback, self)
        self.playback.failed.connect(self.messages.show_error)
        self.session.failed.connect(self.messages.show_error)
        self.jobs.job_failed.connect(lambda job, error: self.messages.show_error(error, job.title))
        self.models.failed.connect(self.messages.show_error)
        for chosen in (self.models.chosen, self.devices.chosen):
            chosen.connect(self.posing.forget_model)
            chosen.connect(self.heatmaps.read_models)
            chosen.connect(self.live.change_model)
        self.heatmaps.failed.connect(self.messages.show_error)
        self.live.failed.connect(self.messages.show_error)
        self.live.told.connect(self.status.show_live)
        self.live.rated.connect(self.devices.show_rate)
        self.live.switched.connect(self.actions_["live_pose"].setChecked)
        self.maps.said.connect(self.messages.say)
        self.signals.said.connect(self.messages.say)
        self.signals.failed.connect(self.messages.show_error)
        for part in (self.editing, self.opening, self.analysing, self.posing, self.keypoints, self.heatmaps, self.live):
            part.said.connect(self.messages.say)
        WelcomePanel(self.welcome, self.session, self.settings, self.opening, self.demo, self.commands.files.open, self)
        self.recent.chosen.connect(self.opening.open)
        self.video.tabs.currentChanged.connect(self.crop.refresh)

    # Showing

    def _show_review(self) -> None:
        document = self.session.document
        self.pages.setCurrentWidget(self.video if document is not None else self.welcome)
        self.docks.show_all(document is not None)
        self.commands.refresh()

    # Events

    def event(self, event: QEvent) -> bool:
        """Keys that belong to a focused button, and another window's edits when this one is looked at again."""
        if self._key_focus is None:
            return super().event(event)
        if self._key_focus.takes(event):
            return True
        if self._idle_keys is not None:
            self._idle_keys.hear(event)
        if event.type() == QEvent.Type.WindowActivate and self.session.document is not None:
            self.session.look_again()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc, where nothing else wants it, takes the message away."""
        if event.key() != Qt.Key.Key_Escape or not self.messages.dismiss():
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what is dropped."""
        paths = _dropped(event)
        if paths:
            event.acceptProposedAction()
            self.opening.open_all(paths)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End everything in order: settings, the review, which keeps what is half done, and the threads."""
        keep_window(self._parts)
        self.session.close()
        self.playback.close()
        self.live.close()
        self.signals.close()
        self.devices.close()
        self.heatmaps.close()
        self.jobs.close()
        super().closeEvent(event)


def _dropped(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
