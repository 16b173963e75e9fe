"""Building the index of a video: which frames decode, and when each is shown.

Packets are listed without decoding, which takes little more than reading the file. Decoding settles only what their
structure leaves open: the start of the file, stretches that look damaged, and places where an edit list cuts. Files
whose packets carry no usable time stamps, or whose packets and frames do not correspond, are decoded whole.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.video.stream import VideoStream

from inference.progress import CancelToken, Progress
from inference.video import index_cache
from inference.video.demuxing import check_file, opened
from inference.video.edit_list import has_edit_list
from inference.video.errors import VideoError
from inference.video.fingerprint import fingerprint
from inference.video.frame_check import StartOfVideo, decode_all, decode_start, undecodable
from inference.video.frame_index import FrameIndex, IntArray
from inference.video.image_index import DEFAULT_IMAGE_FPS, index_images
from inference.video.orientation import orientation
from inference.video.packet_scan import MISSING, PacketTable, scan_packets
from inference.video.regularity import is_variable, problems_of

__all__ = ["FrameIndex", "build_index"]

# These containers find a place by decoding time; the others by presentation time.
_SEEK_BY_DECODING_TIME = frozenset({"mpegts", "mpeg"})
_USUAL_FPS = Fraction(25)
_MOST_JOINS = 0.05


def build_index(
    path: str | Path,
    *,
    image_fps: float = DEFAULT_IMAGE_FPS,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    use_cache: bool = True,
) -> FrameIndex:
    """Index a video file or a folder of images, from the cache if its content has been indexed before.

    Args:
        path: the file or folder.
        image_fps: frames per second of a folder of images.
        progress: told the fraction done.
        cancel: checked while working.
        use_cache: whether to look in the cache and to store the result there.

    Raises:
        VideoError: if nothing in it can be read as video.
        Cancelled: if asked to stop.
    """
    path = Path(path)
    if not path.is_dir():
        check_file(path)
    content = fingerprint(path)
    key = f"{content}-{image_fps:g}" if path.is_dir() else content
    if use_cache and (cached := index_cache.load(key, path)) is not None:
        return cached
    if path.is_dir():
        index = index_images(path, content, image_fps, progress=progress, cancel=cancel)
    else:
        index = _index_file(path, content, progress=progress, cancel=cancel)
    if use_cache:
        index_cache.store(key, index)
    return index


def _index_file(path: Path, content: str, *, progress: Progress | None, cancel: CancelToken | None) -> FrameIndex:
    start = decode_start(path)
    with opened(path) as (container, stream):
        packets = scan_packets(container, stream, path, progress=progress, cancel=cancel)
        by_decoding_time = container.format.name in _SEEK_BY_DECODING_TIME
        time_base = stream.time_base or Fraction(1, 90_000)
        rate = stream.average_rate or stream.guessed_rate
        index = _first_draft(path, content, stream, time_base, start)
    nominal_fps = float(rate) if rate else None
    if nominal_fps is not None:
        index = replace(index, nominal_fps=nominal_fps)
    seek_timestamps = packets.dts if by_decoding_time else packets.pts
    lost = _lost_frames(path, packets, start, seek_timestamps, progress=progress, cancel=cancel)
    if lost is None:
        return _from_decoding(index, packets, seek_timestamps, rate or _USUAL_FPS, progress=progress, cancel=cancel)
    shown = np.sort(packets.pts[~packets.is_hidden])
    pts = np.setdiff1d(shown, lost, assume_unique=True)
    return _finished(index, packets, seek_timestamps, pts, shown, lost)


def _first_draft(path: Path, content: str, stream: VideoStream, time_base: Fraction, start: StartOfVideo) -> FrameIndex:
    """What the container and the first picture say, with that picture as the only frame."""
    first = start.first
    if first is None:
        raise VideoError(f"{path.name} holds no picture that can be decoded; copy it again from where it came.")
    upright = orientation(first)
    is_turned = upright.rotation in {90, 270}
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if aspect <= 0:
        aspect = Fraction(1)
    return FrameIndex(
        path=path,
        fingerprint=content,
        pts=np.zeros(1, dtype=np.int64),
        is_key=np.ones(1, dtype=np.bool_),
        seek_timestamps=np.zeros(1, dtype=np.int64),
        time_base=time_base,
        last_duration=1,
        width=first.height if is_turned else first.width,
        height=first.width if is_turned else first.height,
        rotation=upright.rotation,
        is_mirrored=upright.is_mirrored,
        pixel_aspect=1 / aspect if is_turned else aspect,
        codec=stream.codec_context.codec.canonical_name,
        has_edit_list=has_edit_list(path),
        is_interlaced=start.is_interlaced,
    )


def _lost_frames(
    path: Path,
    packets: PacketTable,
    start: StartOfVideo,
    seek_timestamps: IntArray,
    *,
    progress: Progress | None,
    cancel: CancelToken | None,
) -> IntArray | None:
    """Time stamps of packets that do not become frames; None if only decoding everything can tell the frames."""
    shown = packets.pts[~packets.is_hidden]
    if len(shown) == 0 or np.any(shown == MISSING) or len(np.unique(shown)) != len(shown):
        return None
    if np.any(np.diff(packets.dts[packets.dts != MISSING]) < 0):
        return None
    return undecodable(path, packets, start, seek_timestamps, progress=progress, cancel=cancel)


def _from_decoding(
    draft: FrameIndex,
    packets: PacketTable,
    seek_timestamps: IntArray,
    rate: Fraction,
    *,
    progress: Progress | None,
    cancel: CancelToken | None,
) -> FrameIndex:
    """The index by decoding the whole file."""
    decoded, _ = decode_all(draft.path, len(packets.pts), progress=progress, cancel=cancel)
    is_ordered = bool(np.all(np.diff(decoded) > 0)) and decoded[0] != MISSING
    if is_ordered and np.count_nonzero(packets.pts == MISSING) < len(packets.pts) // 2:
        return _finished(draft, packets, seek_timestamps, decoded, decoded, decoded[:0])
    pts = _repaired(decoded, packets, max(round(1 / (rate * draft.time_base)), 1))
    index = _finished(draft, packets, seek_timestamps, pts, pts, pts[:0])
    return replace(
        index,
        is_key=np.zeros(len(pts), dtype=np.bool_),
        seek_timestamps=np.empty(0, dtype=np.int64),
        is_counted_from_start=True,
        # Damage cannot be placed where time stamps mean nothing.
        problems=(
            "has time stamps that are missing or start over; frames are counted, so going to one may take long.",
        ),
    )


def _repaired(decoded: IntArray, packets: PacketTable, frame_ticks: int) -> IntArray:
    """Increasing time stamps where they are missing, in the wrong order, repeat, or jump.

    An AVI file gives reordered pictures the times of their decoding, so that the same times come in another order.
    Where recordings were joined, times jump back or far ahead in a few places.

    Args:
        decoded: (frames,) time stamps that the decoder gives or makes up.
        packets: whose decoding times give the step between frames where presentation times are missing.
        frame_ticks: the step where there are neither.
    """
    if np.any(decoded == MISSING) or np.any(packets.pts == MISSING):
        known = packets.dts[packets.dts != MISSING]
        steps = np.diff(known)
        step = int(np.median(steps[steps > 0])) if np.any(steps > 0) else frame_ticks
        return np.arange(len(decoded), dtype=np.int64) * step
    steps = np.diff(decoded)
    if np.count_nonzero(steps < 0) > _MOST_JOINS * len(steps) and len(np.unique(decoded)) == len(decoded):
        return np.sort(decoded)
    usual = int(np.median(steps[steps > 0])) if np.any(steps > 0) else frame_ticks
    steps = np.where((steps <= 0) | (steps > 100 * usual), usual, steps)
    repaired: IntArray = decoded[0] + np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)
    return repaired


def _finished(
    draft: FrameIndex, packets: PacketTable, seek_timestamps: IntArray, pts: IntArray, shown: IntArray, lost: IntArray
) -> FrameIndex:
    """The draft with its frames: pts as they decode, shown with the lost ones among them."""
    if len(pts) == 0:
        raise VideoError(f"{draft.path.name} holds no picture that can be decoded; copy it again from where it came.")
    is_usable_key = packets.is_key & ~packets.is_hidden & (packets.pts != MISSING) & (seek_timestamps != MISSING)
    key_pts, order = np.unique(packets.pts[is_usable_key], return_index=True)
    is_key = np.isin(pts, key_pts)
    key_timestamps = seek_timestamps[is_usable_key][order][np.isin(key_pts, pts)]
    usual = int(np.median(np.diff(shown))) if len(shown) > 1 else 0
    index = replace(
        draft,
        pts=pts,
        is_key=is_key,
        seek_timestamps=key_timestamps,
        last_duration=packets.last_duration or usual or max(round(1 / (_USUAL_FPS * draft.time_base)), 1),
        # What is lost in the middle still took its time; leading pictures that never decode did not.
        is_variable_frame_rate=is_variable(shown[shown >= pts[0]]),
    )
    return replace(index, problems=problems_of(index, packets, shown, lost))
