"""SQLAlchemy models of a review, the same for a SQLite file and a PostgreSQL server.

Predicted and human values never share a row: `PredictedDiveRow` holds what a model says, `DiveValueRow` what stands
beside it and wins. Trajectories and arrays are immutable, so values and the log may refer to them for ever. Ids are
uuid hex strings, times microseconds since 1970 UTC.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID = String(32)
NAME = String(200)
# SQLite numbers rows by itself only for INTEGER; everywhere else the log outgrows 32 bits first.
SERIAL = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Collects the tables."""


class FormatRow(Base):
    """The version of this schema, in one row."""

    __tablename__ = "review_format"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class HolderRow(Base):
    """Who has the review open for writing; may be out of date after a crash, the file lock decides."""

    __tablename__ = "holder"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person: Mapped[str] = mapped_column(NAME)
    host: Mapped[str] = mapped_column(NAME)
    process: Mapped[int]
    since_us: Mapped[int] = mapped_column(BigInteger)


class VideoRow(Base):
    """A video under review, known by the fingerprint of its content.

    relative_path leads from the review's folder to the video, so that both can move together; null across drives.
    is_deinterlaced and image_fps say how it is read, which its frame numbers and times depend on; image_fps is null for
    a file, and for a folder of images whose review is older than the column.
    """

    __tablename__ = "video"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(NAME, unique=True)
    path: Mapped[str] = mapped_column(Text)
    relative_path: Mapped[str | None] = mapped_column(Text)
    frame_count: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    duration_s: Mapped[float]
    average_fps: Mapped[float]
    rotation: Mapped[int]
    codec: Mapped[str] = mapped_column(NAME)
    is_variable_frame_rate: Mapped[bool]
    has_edit_list: Mapped[bool]
    is_interlaced: Mapped[bool]
    is_deinterlaced: Mapped[bool]
    image_fps: Mapped[float | None]
    person: Mapped[str] = mapped_column(NAME)
    at_us: Mapped[int] = mapped_column(BigInteger)


class RunRow(Base):
    """One run of a model over a range of frames; kept for ever, because values name it as their source."""

    __tablename__ = "prediction_run"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id"), index=True)
    model_name: Mapped[str] = mapped_column(NAME)
    model_version: Mapped[str] = mapped_column(NAME)
    weights_hash: Mapped[str | None] = mapped_column(NAME)
    settings: Mapped[str] = mapped_column(Text)
    first_frame: Mapped[int]
    last_frame: Mapped[int]
    person: Mapped[str] = mapped_column(NAME)
    at_us: Mapped[int] = mapped_column(BigInteger)


class ArrayRow(Base):
    """A compressed array (signal, candidates, camera, keypoints) for frames first_frame to last_frame, inclusive."""

    __tablename__ = "bulk_array"
    __table_args__ = (Index("ix_bulk_array_range", "video_id", "kind", "first_frame"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id"))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("prediction_run.id"), index=True)
    kind: Mapped[str] = mapped_column(NAME)
    name: Mapped[str] = mapped_column(Text)
    first_frame: Mapped[int]
    last_frame: Mapped[int]
    dtype: Mapped[str] = mapped_column(String(8))
    shape: Mapped[str] = mapped_column(String(100))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class TrajectoryRow(Base):
    """A trajectory from a model (run_id) or a person; immutable but for is_kept.

    A person's row over a base replaces the path (unless its columns are null) and marks candidates of the base by
    index. is_kept says that a human value or the log refers to the row, so a later run must not remove it.
    """

    __tablename__ = "trajectory"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id"), index=True)
    run_id: Mapped[str | None] = mapped_column(ForeignKey("prediction_run.id"), index=True)
    base_id: Mapped[str | None] = mapped_column(ForeignKey("trajectory.id"), index=True)
    origin_s: Mapped[float | None]
    x0: Mapped[float | None]
    vx: Mapped[float | None]
    y0: Mapped[float | None]
    vy: Mapped[float | None]
    ay: Mapped[float | None]
    scale_uncertainty: Mapped[float | None]
    marks: Mapped[str] = mapped_column(Text)
    candidates_id: Mapped[str | None] = mapped_column(ForeignKey("bulk_array.id"), index=True)
    camera_id: Mapped[str | None] = mapped_column(ForeignKey("bulk_array.id"), index=True)
    is_kept: Mapped[bool]
    person: Mapped[str | None] = mapped_column(NAME)
    at_us: Mapped[int] = mapped_column(BigInteger)


class PredictedDiveRow(Base):
    """A dive as a run of a model found it."""

    __tablename__ = "predicted_dive"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id"), index=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("prediction_run.id"), index=True)
    start_frame: Mapped[int]
    start_s: Mapped[float]
    end_frame: Mapped[int]
    end_s: Mapped[float]
    board: Mapped[str | None] = mapped_column(NAME)
    code: Mapped[str | None] = mapped_column(NAME)
    code_probability: Mapped[float | None]
    score: Mapped[float]
    trajectory_id: Mapped[str | None] = mapped_column(ForeignKey("trajectory.id"), index=True)


class PredictedAttributeRow(Base):
    """The probability that a model gives one value of one dive-code attribute."""

    __tablename__ = "predicted_attribute"

    predicted_id: Mapped[str] = mapped_column(ForeignKey("predicted_dive.id"), primary_key=True)
    attribute: Mapped[str] = mapped_column(NAME, primary_key=True)
    value: Mapped[str] = mapped_column(NAME, primary_key=True)
    probability: Mapped[float]


class DiveRow(Base):
    """A dive's identity, and what the latest run that found it says. Its values stand in `DiveValueRow`.

    is_lost says that a later run did not find it, which matters only to dives that a person has worked on.
    """

    __tablename__ = "dive"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id"), index=True)
    source: Mapped[str] = mapped_column(String(10))
    predicted_id: Mapped[str | None] = mapped_column(ForeignKey("predicted_dive.id"), index=True)
    is_lost: Mapped[bool]


class DiveValueRow(Base):
    """A value that wins over the prediction: set by a person, or a model's (run_id) that a person accepted.

    Start and end use frame and seconds, a path trajectory_id, everything else text.
    """

    __tablename__ = "dive_value"

    dive_id: Mapped[str] = mapped_column(ForeignKey("dive.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    frame: Mapped[int | None]
    seconds: Mapped[float | None]
    text: Mapped[str | None] = mapped_column(Text)
    trajectory_id: Mapped[str | None] = mapped_column(ForeignKey("trajectory.id"), index=True)
    person: Mapped[str | None] = mapped_column(NAME)
    run_id: Mapped[str | None] = mapped_column(ForeignKey("prediction_run.id"))
    at_us: Mapped[int] = mapped_column(BigInteger)


class KeypointTrackRow(Base):
    """Predicted keypoints of a dive in consecutive frames; names is a JSON list.

    The array is (frames, keypoints, 3), or 4 where the model says how far away keypoints are: x, y, confidence, depth.
    """

    __tablename__ = "keypoint_track"

    array_id: Mapped[str] = mapped_column(ForeignKey("bulk_array.id"), primary_key=True)
    dive_id: Mapped[str] = mapped_column(ForeignKey("dive.id"), index=True)
    names: Mapped[str] = mapped_column(Text)


class KeypointRow(Base):
    """A keypoint beside the predicted one, which it wins over, in image coordinates of its frame (px).

    is_interpolated says that nobody placed it in this frame: it was reckoned from those placed in frames around it, for
    the person who asked for that. depth is how much farther away than the pelvis it is (px); null where only the model
    says anything about that.
    """

    __tablename__ = "keypoint"
    __table_args__ = ({"sqlite_with_rowid": False},)

    dive_id: Mapped[str] = mapped_column(ForeignKey("dive.id"), primary_key=True)
    frame: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(NAME, primary_key=True)
    seconds: Mapped[float]
    x: Mapped[float]
    y: Mapped[float]
    visibility: Mapped[int]
    is_interpolated: Mapped[bool]
    depth: Mapped[float | None]
    person: Mapped[str] = mapped_column(NAME)
    at_us: Mapped[int] = mapped_column(BigInteger)


class StepRow(Base):
    """What one press of undo takes back: one or more edits. state is done, undone or discarded."""

    __tablename__ = "undo_step"
    __table_args__ = (Index("ix_undo_step_state", "video_id", "state", "id"),)

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id"))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))


class EditRow(Base):
    """One entry of the log, which is only ever appended to; kind is edit, undo or redo."""

    __tablename__ = "edit"

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("undo_step.id"), index=True)
    video_id: Mapped[str] = mapped_column(ForeignKey("video.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(NAME)
    at_us: Mapped[int] = mapped_column(BigInteger)


class EditChangeRow(Base):
    """One value before and after an edit, as JSON, provenance included."""

    __tablename__ = "edit_change"

    edit_id: Mapped[int] = mapped_column(ForeignKey("edit.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dive_id: Mapped[str] = mapped_column(ForeignKey("dive.id"), index=True)
    field: Mapped[str] = mapped_column(String(20))
    frame: Mapped[int | None]
    name: Mapped[str | None] = mapped_column(NAME)
    old: Mapped[str | None] = mapped_column(Text)
    new: Mapped[str | None] = mapped_column(Text)
