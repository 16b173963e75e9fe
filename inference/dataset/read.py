"""Read a data set: the manifest at once, the dives one by one, nothing trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from inference.dataset.checking import Fields
from inference.dataset.decode_dives import dive_from_json, signal_from_json
from inference.dataset.decode_manifest import manifest_from_json
from inference.dataset.errors import DatasetError
from inference.dataset.schema import ANNOTATIONS_NAME, MANIFEST_NAME, SIGNALS_NAME, DiveRecord, SignalRecord, Source

MAX_MANIFEST_BYTES = 256 * 2**20
MAX_LINE_BYTES = 256 * 2**20


class Dataset:
    """A data set on disk.

    Args:
        folder: the folder that holds manifest.json.

    Raises:
        DatasetError: if there is no data set, or its manifest is broken or too new.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = folder / MANIFEST_NAME
        if not folder.is_dir():
            raise DatasetError(f"There is no folder {folder}.")
        if not path.is_file():
            raise DatasetError(f"{folder} holds no data set: {MANIFEST_NAME} is missing.")
        try:
            if path.stat().st_size > MAX_MANIFEST_BYTES:
                raise DatasetError(f"{path} is larger than {MAX_MANIFEST_BYTES // 2**20} MiB.")
            content = path.read_bytes()
        except OSError as error:
            raise _unreadable(path, error) from error
        self.manifest = manifest_from_json(Fields(_parse(content, str(path)), str(path)))
        self._sources = {source.id: source for source in self.manifest.sources}

    @property
    def sources(self) -> tuple[Source, ...]:
        """All videos."""
        return self.manifest.sources

    def source(self, source_id: str) -> Source:
        """The video with this id.

        Raises:
            KeyError: if there is none.
        """
        return self._sources[source_id]

    def dives(self) -> Iterator[DiveRecord]:
        """All dives in the order of the file, read as they are asked for.

        Raises:
            DatasetError: at the line that is broken, or at the end if dives are missing or repeated.
        """
        seen: set[str] = set()
        for fields in self._lines(ANNOTATIONS_NAME):
            dive = dive_from_json(fields, self._sources, self.manifest.skeleton)
            if dive.id in seen:
                fields.fail("id", "an id that no earlier line has")
            seen.add(dive.id)
            yield dive
        if len(seen) != self.manifest.dive_count:
            raise DatasetError(
                f"{self.folder / ANNOTATIONS_NAME} has {len(seen)} dives, and {MANIFEST_NAME} counts "
                f"{self.manifest.dive_count}; the data set is incomplete."
            )

    def signals(self) -> Iterator[SignalRecord]:
        """All signals; none where the data set has no signals.

        Raises:
            DatasetError: at the line that is broken.
        """
        if (self.folder / SIGNALS_NAME).exists():
            for fields in self._lines(SIGNALS_NAME):
                yield signal_from_json(fields, self._sources)

    def find_video(self, source: Source, folders: Sequence[Path] = ()) -> Path | None:
        """Where the video is: in the data set, or under its file name in one of the folders; None if in none.

        Only what has the source's fingerprint is taken.

        Raises:
            DatasetError: if the path in the data set leads out of it.
        """
        from inference.video.errors import VideoError
        from inference.video.fingerprint import fingerprint

        for path in self._places(source, folders):
            try:
                if path.exists() and fingerprint(path) == source.fingerprint:
                    return path
            except (OSError, VideoError):
                continue
        return None

    def _places(self, source: Source, folders: Sequence[Path]) -> Iterator[Path]:
        if source.path is not None:
            path = self.folder / source.path
            if not path.resolve().is_relative_to(self.folder.resolve()):
                raise DatasetError(f"The video {source.path} of the data set {self.folder} lies outside of it.")
            yield path
        for folder in folders:
            yield folder / source.file_name

    def _lines(self, name: str) -> Iterator[Fields]:
        path = self.folder / name
        try:
            with path.open("rb") as file:
                number = 0
                while line := file.readline(MAX_LINE_BYTES + 1):
                    number += 1
                    where = f"{path}, line {number}"
                    if len(line) > MAX_LINE_BYTES:
                        raise DatasetError(f"{where} is longer than {MAX_LINE_BYTES // 2**20} MiB.")
                    if line.strip():
                        yield Fields(_parse(line, where), where)
        except OSError as error:
            raise _unreadable(path, error) from error


def _parse(content: bytes, where: str) -> object:
    """The JSON value in the bytes; NaN and infinities are refused as JSON does."""
    try:
        parsed: object = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{where} is not valid JSON: {error}.") from error
    return parsed


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _unreadable(path: Path, error: OSError) -> DatasetError:
    return DatasetError(f"{path} cannot be read: {error.strerror or error}.")
