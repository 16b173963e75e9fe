"""Commands for the selected dive: its place in the video, its code, its path and its poses."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from app.window.window_parts import WindowParts


class DiveCommands(QObject):
    """Names the parts that edit a dive; the keyboard goes to its code from here."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions about dives and their codes do."""
        parts = self._parts
        editing, codes, paths, posing = parts.editing, parts.codes, parts.paths, parts.posing
        return {
            "loop_dive": editing.loop,
            "next_dive": editing.next,
            "previous_dive": editing.previous,
            "go_take_off": editing.go_to_start,
            "go_entry": editing.go_to_end,
            "accept": editing.accept,
            "reject": editing.reject,
            "unreview": editing.unreview,
            "set_start": editing.start_here,
            "set_end": editing.end_here,
            "add_dive": editing.add_here,
            "split_dive": editing.split,
            "merge_dives": editing.merge,
            "delete_dive": editing.delete,
            **{f"group_{group}": partial(codes.set_group, group) for group in range(1, 7)},
            **{f"position_{letter}": partial(codes.set_position, letter) for letter in "ABCD"},
            "more_somersaults": partial(codes.add_half_somersaults, 1),
            "fewer_somersaults": partial(codes.add_half_somersaults, -1),
            "more_twists": partial(codes.add_half_twists, 1),
            "fewer_twists": partial(codes.add_half_twists, -1),
            "type_code": self._type_code,
            "next_board": codes.next_board,
            "edit_path": paths.draw_path,
            "remove_path": paths.remove_human_path,
            "next_handle": paths.select_next_handle,
            "toggle_candidate": paths.toggle_candidate,
            "pose_frame": posing.pose_frame,
            "pose_dive": posing.pose_dive,
        }

    def _type_code(self) -> None:
        self._parts.docks.inspector.show()
        self._parts.docks.inspector.raise_()
        self._parts.inspector.code.focus_field()
