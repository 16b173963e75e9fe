"""Values that win over predictions, and assignments, the one operation every edit is made of.

The editable state of a review is a map from keys (dive and field, for keypoints also frame and name) to values. An
assignment takes one key from its old value to its new one; its inverse swaps the two, so undo and redo are the same
operation as the edit itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from app.document.records import Field, KeypointValue, Visibility
from app.document.schema import DiveValueRow, KeypointRow
from inference.results import FrameTime


class Value(NamedTuple):
    """What stands at a key, with its origin: a person, or a model's run whose value a person accepted.

    Which of the fields are used depends on the key: frame and seconds for start and end, trajectory_id for a path,
    x, y, visibility, is_interpolated, depth and seconds for a keypoint, text for everything else.
    """

    at_us: int
    person: str | None = None
    run_id: str | None = None
    frame: int | None = None
    seconds: float | None = None
    text: str | None = None
    trajectory_id: str | None = None
    x: float | None = None
    y: float | None = None
    visibility: int | None = None
    is_interpolated: bool = False
    depth: float | None = None

    @property
    def is_human(self) -> bool:
        """Whether a person set it, rather than accepting what a model said."""
        return self.run_id is None

    @property
    def time(self) -> FrameTime:
        """The frame time of a start or an end."""
        if self.frame is None or self.seconds is None:
            raise ValueError("a stored start or end has no frame")
        return FrameTime(self.frame, self.seconds)

    def says_same(self, other: Value | None) -> bool:
        """Whether the other value says the same, whoever said it."""
        return other is not None and self.content == other.content

    @property
    def content(self) -> tuple[object, ...]:
        """The value without its origin."""
        place = self.x, self.y, self.visibility, self.is_interpolated, self.depth
        return (self.frame, self.seconds, self.text, self.trajectory_id, *place)

    def to_json(self) -> str:
        """Compact text for the log; `from_json` gives the same value back."""
        unsaid = self._field_defaults
        return json.dumps({name: value for name, value in self._asdict().items() if value != unsaid.get(name)})

    @classmethod
    def from_json(cls, text: str) -> Value:
        """The value that `to_json` wrote.

        Raises:
            ValueError, TypeError: if it is something else.
        """
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Key:
    """Which value of which dive; frame and name only for keypoints."""

    dive_id: str
    field: Field
    frame: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One value before and after an edit; None for no value beside the prediction."""

    key: Key
    old: Value | None
    new: Value | None

    @property
    def inverse(self) -> Assignment:
        """The assignment that takes this one back."""
        return replace(self, old=self.new, new=self.old)


def public_value(key: Key, value: Value | None) -> FrameTime | KeypointValue | str | None:
    """A value as the history shows it."""
    if value is None:
        return None
    if key.field in (Field.START, Field.END):
        return value.time
    if key.field is Field.KEYPOINT:
        visibility = Visibility(value.visibility or 0)
        return KeypointValue(value.x or 0.0, value.y or 0.0, visibility, value.is_interpolated, value.depth)
    return value.trajectory_id if key.field is Field.PATH else value.text


_DELETE_VALUE = delete(DiveValueRow).where(
    and_(DiveValueRow.dive_id == bindparam("key_dive"), DiveValueRow.field == bindparam("key_field"))
)
_DELETE_KEYPOINT = delete(KeypointRow).where(
    and_(
        KeypointRow.dive_id == bindparam("key_dive"),
        KeypointRow.frame == bindparam("key_frame"),
        KeypointRow.name == bindparam("key_name"),
    )
)


def write(connection: Connection, assignments: Sequence[Assignment]) -> None:
    """Make the new values stand, whatever stood there before. Of two assignments to one key the later one counts."""
    final = {assignment.key: assignment.new for assignment in assignments}
    values = {key: value for key, value in final.items() if key.field is not Field.KEYPOINT}
    keypoints = {key: value for key, value in final.items() if key.field is Field.KEYPOINT}
    if values:
        connection.execute(_DELETE_VALUE, [{"key_dive": key.dive_id, "key_field": key.field.value} for key in values])
        rows = [
            {
                "dive_id": key.dive_id,
                "field": key.field.value,
                "frame": value.frame,
                "seconds": value.seconds,
                "text": value.text,
                "trajectory_id": value.trajectory_id,
                "person": value.person,
                "run_id": value.run_id,
                "at_us": value.at_us,
            }
            for key, value in values.items()
            if value is not None
        ]
        if rows:
            connection.execute(insert(DiveValueRow), rows)
    if keypoints:
        _write_keypoints(connection, keypoints)


def _write_keypoints(connection: Connection, keypoints: dict[Key, Value | None]) -> None:
    connection.execute(
        _DELETE_KEYPOINT,
        [{"key_dive": key.dive_id, "key_frame": key.frame, "key_name": key.name} for key in keypoints],
    )
    rows = [
        {
            "dive_id": key.dive_id,
            "frame": key.frame,
            "name": key.name,
            "seconds": value.seconds,
            "x": value.x,
            "y": value.y,
            "visibility": value.visibility,
            "is_interpolated": value.is_interpolated,
            "depth": value.depth,
            "person": value.person,
            "at_us": value.at_us,
        }
        for key, value in keypoints.items()
        if value is not None
    ]
    if rows:
        connection.execute(insert(KeypointRow), rows)


def read_keypoints(
    connection: Connection, dive_id: str, *, first_frame: int | None = None, last_frame: int | None = None
) -> dict[Key, Value]:
    """The keypoints beside the predicted ones in frames first_frame to last_frame (inclusive) of a dive."""
    query = select(KeypointRow.__table__).where(KeypointRow.dive_id == dive_id)
    if first_frame is not None:
        query = query.where(KeypointRow.frame >= first_frame)
    if last_frame is not None:
        query = query.where(KeypointRow.frame <= last_frame)
    return {
        Key(dive_id, Field.KEYPOINT, row.frame, row.name): Value(
            at_us=row.at_us,
            person=row.person,
            seconds=row.seconds,
            x=row.x,
            y=row.y,
            visibility=row.visibility,
            is_interpolated=row.is_interpolated,
            depth=row.depth,
        )
        for row in connection.execute(query)
    }
