"""Write a data set, one dive at a time, so that it may be larger than memory."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from inference.dataset.checking import Fields
from inference.dataset.decode_dives import dive_from_json, signal_from_json
from inference.dataset.decode_manifest import manifest_from_json
from inference.dataset.encode import dive_to_json, manifest_to_json, signal_to_json, to_line
from inference.dataset.errors import DatasetError
from inference.dataset.schema import ANNOTATIONS_NAME, MANIFEST_NAME, SIGNALS_NAME, DiveRecord, Manifest, SignalRecord


class DatasetWriter:
    """Writes a data set into a folder that exists; used as a context manager.

    The manifest is written last, under another name first, and only if the block did not raise: a folder without
    manifest.json is an unfinished data set, and no reader takes it.

    Args:
        folder: the data set's folder, without a manifest yet.
        manifest: its manifest; dive_count is replaced by the number of dives written.

    Raises:
        DatasetError: if the folder already has a manifest.
        OSError: if the folder cannot be written.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        if (folder / MANIFEST_NAME).exists():
            raise DatasetError(f"{folder} already holds a data set; write to a new folder.")
        self._folder = folder
        self._manifest = manifest
        self._sources = {source.id: source for source in manifest.sources}
        self._dive_ids: set[str] = set()
        self._annotations = _open_lines(folder / ANNOTATIONS_NAME)
        self._signals: IO[str] | None = None

    def write(self, dive: DiveRecord) -> None:
        """Append one dive.

        Raises:
            DatasetError: if its source is unknown, its id was written before, or a value is one that no reader takes.
        """
        self._check_source(dive.source_id, f"dive {dive.id}")
        if dive.id in self._dive_ids:
            raise DatasetError(f"Dive {dive.id} was written to the data set twice.")
        values = dive_to_json(dive)
        dive_from_json(Fields(values, f"dive {dive.id}"), self._sources, self._manifest.skeleton)
        line = to_line(values, f"dive {dive.id}")
        self._dive_ids.add(dive.id)
        self._annotations.write(line + "\n")

    def write_signal(self, signal: SignalRecord) -> None:
        """Append one signal of a video.

        Raises:
            DatasetError: if its source is unknown or a value is not finite.
        """
        self._check_source(signal.source_id, f"signal {signal.track.name}")
        values = signal_to_json(signal)
        signal_from_json(Fields(values, f"signal {signal.track.name}"), self._sources)
        line = to_line(values, f"signal {signal.track.name}")
        if self._signals is None:
            self._signals = _open_lines(self._folder / SIGNALS_NAME)
        self._signals.write(line + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self._annotations, self._signals):
            if file is not None:
                with file:
                    file.flush()
                    os.fsync(file.fileno())
        if kind is None:
            self._write_manifest()

    def _check_source(self, source_id: str, what: str) -> None:
        if source_id not in self._sources:
            raise DatasetError(f"The source {source_id} of {what} is not in the manifest.")

    def _write_manifest(self) -> None:
        values = manifest_to_json(replace(self._manifest, dive_count=len(self._dive_ids)))
        manifest_from_json(Fields(values, "the manifest"))
        try:
            text = json.dumps(values, ensure_ascii=False, allow_nan=False, indent=2)
        except (TypeError, ValueError) as error:
            raise DatasetError(f"The manifest cannot be written: {error}.") from error
        unfinished = self._folder / (MANIFEST_NAME + ".unfinished")
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / MANIFEST_NAME)


def _open_lines(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8", newline="\n")
