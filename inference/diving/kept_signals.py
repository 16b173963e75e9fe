"""What a detector has said so far, kept on disk, so that an analysis that was killed goes on where it was.

One file for each analysis, beside the indexes of videos: parts are added to its end as they come. A part that was cut
off in the middle fails its check sum and is written anew. An analysis that is done stays for a while too: looking at
the same video again, with other thresholds say, then takes no time.
"""

from __future__ import annotations

import contextlib
import hashlib
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout

from inference.models.detector_input import CANDIDATE_COUNT
from inference.video.index_cache import cache_folder

_MAGIC = b"divereview signals 1\n"
_HEADER = struct.Struct("<II")
_LONGEST_PART = 1 << 16
_NUMBERS = 1 + 3 + 3 * CANDIDATE_COUNT
_BUDGET_BYTES = 256 << 20


@dataclass(frozen=True, slots=True, eq=False)
class SignalPart:
    """What a detector says about consecutive pictures.

    Args:
        frames: (n,) their frame numbers.
        probabilities: (3, n) of start, mid and end.
        candidates: (n, 4, 3) as in `inference.models.detector_signals.DetectorSignals`.
    """

    frames: npt.NDArray[np.int32]
    probabilities: npt.NDArray[np.float32]
    candidates: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.frames)

    def to_bytes(self) -> bytes:
        """The part as it is kept."""
        arrays = (self.frames.astype("<i4"), self.probabilities.astype("<f4"), self.candidates.astype("<f4"))
        return b"".join(array.tobytes() for array in arrays)

    @classmethod
    def from_bytes(cls, content: bytes) -> SignalPart:
        """The part that `to_bytes` wrote."""
        count = len(content) // (4 * _NUMBERS)
        numbers = np.frombuffer(content, dtype="<f4")
        return cls(
            np.frombuffer(content, dtype="<i4", count=count).astype(np.int32),
            numbers[count : 4 * count].reshape(3, count).astype(np.float32),
            numbers[4 * count :].reshape(count, CANDIDATE_COUNT, 3).astype(np.float32),
        )


class KeptSignals:
    """The parts of one analysis, in order.

    Those that are added are only written, so that an analysis of hours takes no more memory than one of minutes.

    Args:
        file: where they are kept, open for reading and writing, at its start; None to keep nothing.

    Attributes:
        parts: those kept by earlier analyses.
        is_complete: whether there are no more.
    """

    def __init__(self, file: BinaryIO | None = None) -> None:
        self._file = file
        self.parts: list[SignalPart] = []
        self.is_complete = False
        if file is None:
            return
        if file.read(len(_MAGIC)) == _MAGIC:
            end = self._read(file)
        else:
            file.seek(0)
            file.write(_MAGIC)
            end = len(_MAGIC)
        file.seek(end)
        file.truncate()

    def add(self, part: SignalPart) -> None:
        """Keep the part that follows."""
        self._write(part.to_bytes(), len(part))

    def complete(self) -> None:
        """Say that there are no more parts."""
        if not self.is_complete:
            self._write(b"", 0)
            self.is_complete = True

    def _write(self, content: bytes, count: int) -> None:
        if self._file is None:
            return
        # A full disk is no reason to stop an analysis.
        with contextlib.suppress(OSError):
            self._file.write(_HEADER.pack(count, zlib.crc32(content)) + content)
            self._file.flush()

    def _read(self, file: BinaryIO) -> int:
        """Read the parts that are whole; where the last of them ends."""
        end = file.tell()
        while not self.is_complete and len(header := file.read(_HEADER.size)) == _HEADER.size:
            count, check_sum = _HEADER.unpack(header)
            if count > _LONGEST_PART:
                break
            content = file.read(4 * _NUMBERS * count)
            if len(content) < 4 * _NUMBERS * count or zlib.crc32(content) != check_sum:
                break
            if count:
                self.parts.append(SignalPart.from_bytes(content))
            self.is_complete = count == 0
            end = file.tell()
        return end


@contextmanager
def kept_signals(*facts: object) -> Iterator[KeptSignals]:
    """The signals of one analysis, on disk where that can be, and in memory for this time alone where not.

    Args:
        facts: everything that they depend on.
    """
    name = hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()[:32]
    folder = cache_folder().parent / "signals"
    path = folder / f"{name}.signals"
    with contextlib.ExitStack() as stack:
        file: BinaryIO | None = None
        # Another program that is at the same analysis has the file to itself.
        with contextlib.suppress(OSError, Timeout):
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(FileLock(folder / f"{name}.lock").acquire(timeout=0))
            path.touch()
            file = stack.enter_context(path.open("r+b"))
        yield KeptSignals(file)
    _forget_oldest(folder, path)


def _forget_oldest(folder: Path, newest: Path) -> None:
    """Remove the files not used for longest, beyond what all may take."""
    with contextlib.suppress(OSError):
        facts = {path: path.stat() for path in folder.glob("*.signals")}
        total = sum(fact.st_size for fact in facts.values())
        for path in sorted(facts, key=lambda path: facts[path].st_mtime):
            if total <= _BUDGET_BYTES or path == newest:
                break
            total -= facts[path].st_size
            path.unlink()
            path.with_suffix(".lock").unlink(missing_ok=True)
