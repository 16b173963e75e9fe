"""The schema's version, and the steps that bring an older review up to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, inspect, select, text, update

from app.document.errors import DocumentError
from app.document.schema import Base, FormatRow

SCHEMA_VERSION = 5

# From each older version to the next one: plain SQL on the schema of its time, never the present models.
_STEPS: Mapping[int, Sequence[str]] = {
    1: (
        "ALTER TABLE video ADD COLUMN relative_path TEXT",
        "ALTER TABLE dive ADD COLUMN is_lost BOOLEAN NOT NULL DEFAULT FALSE",
    ),
    2: (
        "ALTER TABLE video ADD COLUMN is_deinterlaced BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE video ADD COLUMN image_fps FLOAT",
    ),
    3: ("ALTER TABLE keypoint ADD COLUMN is_interpolated BOOLEAN NOT NULL DEFAULT FALSE",),
    4: ("ALTER TABLE keypoint ADD COLUMN depth FLOAT",),
}


def create_schema(connection: Connection) -> None:
    """Make the tables of a new review."""
    Base.metadata.create_all(connection)
    connection.execute(insert(FormatRow), {"version": SCHEMA_VERSION})


def schema_version(connection: Connection, place: str) -> int:
    """The version of a review's schema.

    Raises:
        DocumentError: if this is not a review, or one of a newer DiveReview.
    """
    if not inspect(connection).has_table(FormatRow.__tablename__):
        raise DocumentError(f"{place} is not a DiveReview review.")
    version = connection.execute(select(FormatRow.version)).scalar()
    if not isinstance(version, int) or version < 1:
        raise DocumentError(f"{place} is damaged: it does not say which version it has; restore it from a copy.")
    if version > SCHEMA_VERSION:
        raise DocumentError(
            f"{place} was written by a newer DiveReview (format {version}, this program knows {SCHEMA_VERSION}); "
            "update the program to open it."
        )
    return version


def migrate(connection: Connection, version: int) -> None:
    """Bring a review of an older version up to the present one, in the transaction of the connection."""
    for step in range(version, SCHEMA_VERSION):
        for statement in _STEPS[step]:
            connection.execute(text(statement))
        connection.execute(update(FormatRow).values(version=step + 1))
