"""Where every frame of a video is: time stamps, key frames, orientation, and what is unusual about the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.results import FrameTime
from inference.video.errors import VideoError

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, kw_only=True)
class FrameIndex:
    """Frames of one video in presentation order; only frames that really decode are listed and counted.

    Attributes:
        path: the file, or the folder of images.
        fingerprint: what `inference.video.fingerprint` says of its content.
        pts: (frames,) presentation time stamps in units of time_base, strictly increasing.
        is_key: (frames,) whether decoding can start at the frame.
        seek_timestamps: (key frames,) the time stamp under which the container finds each key frame.
        time_base: seconds per tick.
        last_duration: ticks for which the last frame is shown.
        width: of the upright frame in stored pixels.
        height: of the upright frame in stored pixels.
        rotation: degrees clockwise that turn the stored picture upright: 0, 90, 180 or 270.
        is_mirrored: whether the stored picture is flipped left to right before it is turned.
        pixel_aspect: width of one upright pixel over its height. Frames are read in stored pixels; whoever paints
            them may stretch them by this much.
        codec: name of the format, "h264" say.
        nominal_fps: the rate the container states, where it agrees with the time stamps.
        is_variable_frame_rate: whether the time between frames varies by more than rounding.
        has_edit_list: whether an edit list hides frames, delays the start or rearranges the file.
        is_interlaced: whether a frame holds two fields taken at different times.
        is_deinterlaced: whether each frame listed is one field of the file's frames.
        is_counted_from_start: whether time stamps are missing or ambiguous, so that frames can only be found by
            counting from the first.
        file_names: (frames,) the images of a folder; empty for a file.
        problems: what a person should know about the file, each the rest of a sentence that starts with its name.
    """

    path: Path
    fingerprint: str
    pts: IntArray
    is_key: BoolArray
    seek_timestamps: IntArray
    time_base: Fraction
    last_duration: int
    width: int
    height: int
    rotation: int = 0
    is_mirrored: bool = False
    pixel_aspect: Fraction = Fraction(1)
    codec: str
    nominal_fps: float | None = None
    is_variable_frame_rate: bool = False
    has_edit_list: bool = False
    is_interlaced: bool = False
    is_deinterlaced: bool = False
    is_counted_from_start: bool = False
    file_names: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        times = (self.pts - self.pts[0]) * self.time_base.numerator / self.time_base.denominator
        object.__setattr__(self, "_times_s", times)
        object.__setattr__(self, "_key_frames", np.flatnonzero(self.is_key))

    @property
    def times_s(self) -> npt.NDArray[np.float64]:
        """(frames,) seconds from the first frame."""
        times: npt.NDArray[np.float64] = self.__dict__["_times_s"]
        return times

    @property
    def key_frames(self) -> npt.NDArray[np.intp]:
        """(key frames,) their frame numbers."""
        keys: npt.NDArray[np.intp] = self.__dict__["_key_frames"]
        return keys

    @property
    def frame_count(self) -> int:
        """How many frames decode."""
        return len(self.pts)

    @property
    def start_s(self) -> float:
        """The container's time of the first frame, in seconds."""
        return float(int(self.pts[0]) * self.time_base)

    @property
    def duration_s(self) -> float:
        """Seconds from the first frame's appearance to the last one's disappearance."""
        return float((int(self.pts[-1]) - int(self.pts[0]) + self.last_duration) * self.time_base)

    @property
    def average_fps(self) -> float:
        """Frames per second over the whole video."""
        measured = self.frame_count / self.duration_s
        nominal = self.nominal_fps
        is_close = nominal is not None and abs(nominal - measured) <= 0.005 * measured
        return nominal if is_close and nominal is not None and not self.is_variable_frame_rate else measured

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence for each thing about the file that a person should know."""
        return tuple(f"{self.path.name} {problem}" for problem in self.problems)

    @property
    def image_fps(self) -> float | None:
        """The rate at which a folder of images is read; None for a file, which has times of its own."""
        return self.nominal_fps if self.file_names else None

    def time(self, frame: int) -> FrameTime:
        """The frame with its seconds from the first frame.

        Raises:
            VideoError: if there is no such frame.
        """
        self.check(frame)
        return FrameTime(frame, float(self.times_s[frame]))

    def frame_at(self, seconds: float) -> int:
        """The frame shown at a time; the first before the video starts, the last after it ends."""
        # A time computed elsewhere may miss the frame's own stamp by rounding.
        position = int(np.searchsorted(self.times_s, seconds + 1e-6, side="right")) - 1
        return min(max(position, 0), self.frame_count - 1)

    def key_frame_before(self, frame: int) -> int | None:
        """Position in `key_frames` of the last key frame not after the frame; None if there is none."""
        position = int(np.searchsorted(self.key_frames, frame, side="right")) - 1
        return position if position >= 0 else None

    def check(self, frame: int) -> None:
        """Make sure that the frame exists.

        Raises:
            VideoError: if it does not.
        """
        if not 0 <= frame < self.frame_count:
            raise VideoError(
                f"{self.path.name} has no frame {frame}; its frames are numbered 0 to {self.frame_count - 1}."
            )

    def with_fields(self) -> FrameIndex:
        """The index of the deinterlaced video: two pictures per frame, the second half way to the next frame.

        Only the first field of a key frame counts as key. Time stamps are in half ticks.
        """
        ends = np.append(self.pts[1:], self.pts[-1] + self.last_duration)
        is_key = np.zeros(2 * self.frame_count, dtype=np.bool_)
        is_key[0::2] = self.is_key
        return replace(
            self,
            pts=np.stack([2 * self.pts, self.pts + ends], axis=1).ravel(),
            is_key=is_key,
            seek_timestamps=2 * self.seek_timestamps,
            time_base=self.time_base / 2,
            last_duration=self.last_duration,
            nominal_fps=None if self.nominal_fps is None else 2 * self.nominal_fps,
            is_interlaced=False,
            is_deinterlaced=True,
        )
