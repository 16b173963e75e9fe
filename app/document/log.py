"""The append-only log of edits and, derived from it, the steps that undo and redo walk along, per video.

An undo does not remove anything: it appends an entry with the inverse assignments. The state of each step (done,
undone, or discarded by a later edit) is all that changes, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, and_, insert, select, update
from sqlalchemy.engine import Row

from app.document.errors import making_sense_of
from app.document.ids import to_datetime
from app.document.records import Edit, Field, ValueChange
from app.document.schema import EditChangeRow, EditRow, StepRow
from app.document.values import Assignment, Key, Value, public_value

EditKind = Literal["edit", "undo", "redo"]


@dataclass(frozen=True, slots=True)
class Step:
    """What one press of undo or redo moves over."""

    id: int
    text: str


def begin_step(connection: Connection, video_id: str, text: str) -> Step:
    """Start a step at the top of a video's undo stack; what could be redone before no longer can."""
    connection.execute(
        update(StepRow).where(and_(StepRow.video_id == video_id, StepRow.state == "undone")).values(state="discarded")
    )
    result = connection.execute(
        insert(StepRow).returning(StepRow.id), {"video_id": video_id, "text": text, "state": "done"}
    )
    return Step(int(result.scalar_one()), text)


def append(
    connection: Connection,
    video_id: str,
    step: Step,
    kind: EditKind,
    text: str,
    person: str,
    at_us: int,
    assignments: Sequence[Assignment],
) -> None:
    """Write one entry of the log."""
    result = connection.execute(
        insert(EditRow).returning(EditRow.id),
        {"step_id": step.id, "video_id": video_id, "kind": kind, "text": text, "person": person, "at_us": at_us},
    )
    edit_id = int(result.scalar_one())
    connection.execute(
        insert(EditChangeRow),
        [
            {
                "edit_id": edit_id,
                "position": position,
                "dive_id": assignment.key.dive_id,
                "field": assignment.key.field.value,
                "frame": assignment.key.frame,
                "name": assignment.key.name,
                "old": None if assignment.old is None else assignment.old.to_json(),
                "new": None if assignment.new is None else assignment.new.to_json(),
            }
            for position, assignment in enumerate(assignments)
        ],
    )


def step_to_undo(connection: Connection, video_id: str) -> Step | None:
    """The step that undo takes back next."""
    query = select(StepRow.id, StepRow.text).where(StepRow.video_id == video_id, StepRow.state == "done")
    row = connection.execute(query.order_by(StepRow.id.desc()).limit(1)).first()
    return None if row is None else Step(*row)


def step_to_redo(connection: Connection, video_id: str) -> Step | None:
    """The step that redo brings back next."""
    query = select(StepRow.id, StepRow.text).where(StepRow.video_id == video_id, StepRow.state == "undone")
    row = connection.execute(query.order_by(StepRow.id).limit(1)).first()
    return None if row is None else Step(*row)


def set_state(connection: Connection, step: Step, state: Literal["done", "undone"]) -> None:
    """Move a step to the other side of the undo position."""
    connection.execute(update(StepRow).where(StepRow.id == step.id).values(state=state))


def assignments_of(connection: Connection, step: Step) -> list[Assignment]:
    """Everything the edits of a step assigned, in order; entries of earlier undos and redos of it not repeated."""
    query = (
        select(EditChangeRow.__table__)
        .join(EditRow, EditRow.id == EditChangeRow.edit_id)
        .where(EditRow.step_id == step.id, EditRow.kind == "edit")
        .order_by(EditChangeRow.edit_id, EditChangeRow.position)
    )
    with making_sense_of("edits"):
        return [_assignment(row) for row in connection.execute(query)]


def _assignment(row: Row[Any]) -> Assignment:
    key = Key(row.dive_id, Field(row.field), row.frame, row.name)
    return Assignment(
        key,
        None if row.old is None else Value.from_json(row.old),
        None if row.new is None else Value.from_json(row.new),
    )


def read_history(connection: Connection, video_id: str) -> tuple[Edit, ...]:
    """The whole log of a video, oldest entry first."""
    edits = connection.execute(select(EditRow.__table__).where(EditRow.video_id == video_id).order_by(EditRow.id)).all()
    query = (
        select(EditChangeRow.__table__)
        .join(EditRow, EditRow.id == EditChangeRow.edit_id)
        .where(EditRow.video_id == video_id)
        .order_by(EditChangeRow.edit_id, EditChangeRow.position)
    )
    changes: dict[int, list[ValueChange]] = {}
    with making_sense_of("edits"):
        for row in connection.execute(query):
            changes.setdefault(row.edit_id, []).append(_change(_assignment(row)))
        return tuple(_edit(row, changes.get(row.id, [])) for row in edits)


def _change(assignment: Assignment) -> ValueChange:
    key = assignment.key
    old, new = public_value(key, assignment.old), public_value(key, assignment.new)
    return ValueChange(key.dive_id, key.field, old, new, key.frame, key.name)


def _edit(row: Row[Any], changes: Iterable[ValueChange]) -> Edit:
    return Edit(
        row.id, row.step_id, row.video_id, row.kind, row.text, row.person, to_datetime(row.at_us), tuple(changes)
    )
