"""The content of manifest.json to a `Manifest`, checked."""

from __future__ import annotations

from pathlib import PurePosixPath

from inference.dataset.checking import Fields
from inference.dataset.decode_parts import interval_from_json, intrinsics_from_json, model_from_json
from inference.dataset.errors import DatasetError
from inference.dataset.schema import FORMAT, SCHEMA_VERSION, STATUSES, Manifest, Run, Skeleton, Source
from inference.dataset.splits import SPLITS
from inference.results import Interval

MAX_SOURCES = 100_000
MAX_FRAMES = 2**31
MAX_SIDE = 2**16
MAX_KEYPOINTS = 1_000
MAX_DIVES = 10_000_000


def manifest_from_json(fields: Fields) -> Manifest:
    """The manifest.

    Raises:
        DatasetError: if a value is missing or wrong, or two sources share an id or a fingerprint.
    """
    fields.choice("format", (FORMAT,))
    version = fields.integer("schema_version", 1, 2**31)
    if version > SCHEMA_VERSION:
        raise DatasetError(
            f"{fields.where}: the data set has schema version {version}, and this program reads up to "
            f"{SCHEMA_VERSION}; update DiveReview to read it."
        )
    split = fields.child("split")
    fractions = split.child("fractions")
    statuses = fields.items("statuses", len(STATUSES))
    if not all(status in STATUSES for status in statuses):
        fields.fail("statuses", f"an array out of {', '.join(STATUSES)}")
    skeleton = fields.optional_child("skeleton")
    sources = tuple(_source(child) for child in fields.children("sources", MAX_SOURCES))
    _check_distinct(fields, sources)
    return Manifest(
        sources=sources,
        created=fields.moment("created"),
        generator=fields.text("generator", max_length=200),
        statuses=tuple(str(status) for status in statuses),
        skeleton=None if skeleton is None else _skeleton(skeleton),
        fractions={name: fractions.number(name, 0) for name in fractions.names()},
        seed=split.integer("seed", -(2**63), 2**63),
        dive_count=fields.integer("dive_count", 0, MAX_DIVES),
    )


def is_safe_path(text: str) -> bool:
    """Whether this is a relative path with forward slashes that stays inside its folder on every system."""
    path = PurePosixPath(text)
    has_strange_characters = any(character in text for character in '\\:\0<>"|?*') or not text.isprintable()
    return bool(text) and not has_strange_characters and not path.is_absolute() and ".." not in path.parts


def _check_distinct(fields: Fields, sources: tuple[Source, ...]) -> None:
    for name in ("id", "fingerprint"):
        values = [getattr(source, name) for source in sources]
        if len(set(values)) < len(values):
            raise DatasetError(f"{fields.where}: two sources have the same {name}; each video may stand there once.")


def _source(fields: Fields) -> Source:
    frame_count = fields.integer("frame_count", 1, MAX_FRAMES)
    path = fields.optional_text("path", max_length=1_000)
    if path is not None and not is_safe_path(path):
        fields.fail("path", "a relative path with forward slashes inside the data set")
    file_name = fields.identifier("file_name")
    if "/" in file_name or "\\" in file_name or file_name in {".", ".."}:
        fields.fail("file_name", "a file name without folders")
    return Source(
        id=fields.identifier("id"),
        file_name=file_name,
        fingerprint=fields.identifier("fingerprint"),
        frame_count=frame_count,
        width=fields.integer("width", 1, MAX_SIDE),
        height=fields.integer("height", 1, MAX_SIDE),
        duration_s=fields.number("duration_s", 0),
        average_fps=fields.number("average_fps", 0),
        split=fields.choice("split", SPLITS),
        rotation=fields.integer("rotation", -360, 360),
        codec=fields.optional_text("codec", max_length=200) or "",
        is_variable_frame_rate=fields.optional_boolean("is_variable_frame_rate"),
        has_edit_list=fields.optional_boolean("has_edit_list"),
        is_interlaced=fields.optional_boolean("is_interlaced"),
        is_deinterlaced=fields.optional_boolean("is_deinterlaced"),
        image_fps=fields.optional_number("image_fps", 0.001, 10_000),
        path=path,
        intrinsics=intrinsics_from_json(fields),
        not_labelled=_intervals(fields, frame_count),
        runs=tuple(_run(child, frame_count) for child in fields.children("runs", 1_000_000)),
    )


def _intervals(fields: Fields, frame_count: int) -> tuple[Interval, ...]:
    return tuple(interval_from_json(child, frame_count) for child in fields.children("not_labelled", 1_000_000))


def _run(fields: Fields, frame_count: int) -> Run:
    settings = fields.child("settings")
    first_frame = fields.integer("first_frame", 0, frame_count - 1)
    return Run(
        id=fields.identifier("id"),
        model=model_from_json(fields.child("model")),
        settings={name: settings.value(name) for name in settings.names()},
        first_frame=first_frame,
        last_frame=fields.integer("last_frame", first_frame, frame_count - 1),
        at=fields.moment("at"),
        person=fields.optional_text("person", max_length=200),
    )


def _skeleton(fields: Fields) -> Skeleton:
    names = fields.items("keypoints", MAX_KEYPOINTS)
    if not names or not all(isinstance(name, str) and 0 < len(name) <= 100 for name in names):
        fields.fail("keypoints", "an array of names")
    return Skeleton(
        name=fields.identifier("name"),
        keypoints=tuple(str(name) for name in names),
        limbs=_pairs(fields, "limbs", len(names)),
        mirrored=_pairs(fields, "mirrored", len(names)),
    )


def _pairs(fields: Fields, name: str, count: int) -> tuple[tuple[int, int], ...]:
    pairs: list[tuple[int, int]] = []
    for item in fields.items(name, MAX_KEYPOINTS) if fields.has(name) else []:
        match item:
            case [int(first), int(second)] if 0 <= first < count and 0 <= second < count:
                pairs.append((first, second))
            case _:
                fields.fail(name, f"an array of pairs of keypoint indices below {count}")
    return tuple(pairs)
