"""Which actions can be done now, what undo and redo would do, and the commands that each of them gives."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.window.dive_commands import DiveCommands
from app.window.file_commands import FileCommands
from app.window.keypoint_editing import KEYPOINT_NEEDS
from app.window.play_commands import PlayCommands
from app.window.view_commands import ViewCommands
from app.window.window_parts import WindowParts


class Commands(QObject):
    """Connects the actions of a window to its parts and keeps them enabled as the state allows."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self.files = FileCommands(parts)
        groups = (
            self.files,
            PlayCommands(parts.playback, parts.actions, parts.window),
            DiveCommands(parts),
            parts.keypoints,
            ViewCommands(parts),
        )
        for group in groups:
            parts.actions.connect_all(group.slots())
        own = {"undo": self.undo, "redo": self.redo, "deinterlace": self._deinterlace, "quit": parts.window.close}
        parts.actions.connect_all(own)
        session = parts.session
        for changed in (
            session.videos_changed,
            session.video_changed,
            session.dives_changed,
            session.selection_changed,
            session.keypoints_changed,
        ):
            changed.connect(self.refresh)
        parts.keypoints.available_changed.connect(self.refresh_keypoints)

    def refresh(self) -> None:
        """Enable what can be done now, and say what undo and redo would do."""
        parts = self._parts
        session, actions = parts.session, parts.actions
        actions.enable_for(self.available())
        document, video = session.document, session.video
        for name in ("undo", "redo"):
            text = None
            if document is not None and video is not None and session.is_writable:
                text = document.undo_text(video.id) if name == "undo" else document.redo_text(video.id)
            actions[name].setEnabled(text is not None)
            verb = actions.text(name)
            actions[name].setText(f"{verb}: {text}" if text else verb)
        self._refresh_deinterlace()

    def refresh_keypoints(self) -> None:
        """The same of what is done to keypoints alone, which come and go with the frames of a playing video."""
        self._parts.actions.enable_for(self.available(), needing=KEYPOINT_NEEDS)

    def available(self) -> frozenset[str]:
        """What there is now of what actions need."""
        session = self._parts.session
        available = {
            "review": session.document is not None,
            "video": session.index is not None,
            "dive": session.selected is not None,
            "writable": session.is_writable,
        }
        return frozenset(name for name, is_there in available.items() if is_there) | self._parts.keypoints.available

    def _refresh_deinterlace(self) -> None:
        """Fields can be made frames only before anything depends on frame numbers; the tip says why not."""
        session, actions = self._parts.session, self._parts.actions
        document, video = session.document, session.video
        actions["deinterlace"].setChecked(video is not None and video.is_deinterlaced)
        reason = ""
        if document is not None and video is not None and session.index is not None and session.is_writable:
            if not (video.is_interlaced or video.is_deinterlaced):
                reason = f"{video.path.name} is not interlaced"
            elif session.dives or not document.can_change_reading(video.id):
                reason = "Cannot change any more: the frame numbers of dives, signals and edits depend on it"
        if reason:
            actions["deinterlace"].setEnabled(False)
        actions.set_tip("deinterlace", reason)

    def _deinterlace(self) -> None:
        action = self._parts.actions["deinterlace"]
        is_wanted = action.isChecked()
        self.refresh()  # checked is what the review has, which follows once the file has been read again
        self._parts.opening.deinterlace(is_wanted)

    def undo(self) -> None:
        """Take back the last edit of this video."""
        self._travel("undo")

    def redo(self) -> None:
        """Bring back what was taken back last."""
        self._travel("redo")

    def _travel(self, direction: str) -> None:
        session = self._parts.session
        video = session.video
        if video is not None:
            session.edit(lambda document: getattr(document, direction)(video.id))
