"""Choosing among the videos of a review, where it has more than one."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QComboBox, QToolBar, QWidget

from app.window.opening import Opening
from app.window.review_session import ReviewSession


class VideoChooser(QObject):
    """A box at the end of the toolbar; out of sight for a review of one video."""

    def __init__(self, toolbar: QToolBar, session: ReviewSession, opening: Opening, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._opening = session, opening
        spacer = QWidget(toolbar)
        spacer.setSizePolicy(spacer.sizePolicy().Policy.Expanding, spacer.sizePolicy().Policy.Preferred)
        toolbar.addWidget(spacer)
        self.box = QComboBox(toolbar)
        self.box.setAccessibleName("Video of this review")
        self.box.setToolTip("Video of this review (Ctrl+Page Up, Ctrl+Page Down)")
        self.box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._shown = toolbar.addWidget(self.box)
        self.box.activated.connect(lambda place: opening.show(str(self.box.itemData(place))))
        for changed in (session.review_changed, session.videos_changed, session.video_changed):
            changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """List the videos as they are now."""
        document, video = self._session.document, self._session.video
        videos = document.videos() if document is not None else ()
        self._shown.setVisible(len(videos) > 1)
        self.box.clear()
        for entry in videos:
            self.box.addItem(entry.path.name, entry.id)
        if video is not None:
            self.box.setCurrentIndex(self.box.findData(video.id))

    def step(self, steps: int) -> None:
        """Look at the video so many places on, round and round."""
        document, video = self._session.document, self._session.video
        if document is None or video is None:
            return
        ids = [entry.id for entry in document.videos()]
        self._opening.show(ids[(ids.index(video.id) + steps) % len(ids)])
