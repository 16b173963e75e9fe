"""Finding out by decoding which packets really become frames, only where their structure leaves a doubt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from inference.progress import CancelToken, Progress
from inference.video.decoder import StreamDecoder
from inference.video.frame_index import BoolArray, IntArray
from inference.video.packet_scan import MISSING, PacketTable
from inference.video.packet_structure import Condition

_START_FRAMES = 32
"""Frames decoded at the start of every file: more than any decoder holds back for reordering."""

_CLEAN_KEYS = 2
"""Key frames without a doubt that end a doubtful stretch; an open GOP's leading pictures end with the second."""


@dataclass(frozen=True, eq=False)
class StartOfVideo:
    """The first pictures as they really decode.

    pts are those of the pictures in decoding output order (MISSING where there is none); first is None if nothing
    decodes at all.
    """

    first: VideoFrame | None
    pts: IntArray
    is_interlaced: bool
    is_whole_video: bool


def decode_start(path: Path) -> StartOfVideo:
    """Decode the first frames of a file.

    Raises:
        VideoError: if it cannot be opened.
    """
    decoder = StreamDecoder(path, use_threads=False)
    try:
        pictures: list[VideoFrame] = []
        while len(pictures) < _START_FRAMES and (picture := decoder.next_picture()) is not None:
            pictures.append(picture)
        return StartOfVideo(
            first=pictures[0] if pictures else None,
            pts=np.array([_pts(picture) for picture in pictures], dtype=np.int64),
            is_interlaced=2 * sum(picture.interlaced_frame for picture in pictures) > len(pictures),
            is_whole_video=len(pictures) < _START_FRAMES,
        )
    finally:
        decoder.close()


def decode_all(
    path: Path, packet_count: int, *, progress: Progress | None, cancel: CancelToken | None
) -> tuple[IntArray, BoolArray]:
    """Decode the whole file: (frames,) time stamps in output order, MISSING where there is none, and key frames.

    Raises:
        VideoError: if it cannot be opened.
        Cancelled: if asked to stop.
    """
    pts: list[int] = []
    is_key: list[bool] = []
    decoder = StreamDecoder(path, use_threads=False)
    try:
        while (picture := decoder.next_picture()) is not None:
            pts.append(_pts(picture))
            is_key.append(picture.key_frame)
            if len(pts) % 32 == 0:
                _check_in(min(len(pts) / max(packet_count, 1), 1.0), progress, cancel)
    finally:
        decoder.close()
    return np.array(pts, dtype=np.int64), np.array(is_key, dtype=np.bool_)


def undecodable(
    path: Path,
    packets: PacketTable,
    start: StartOfVideo,
    seek_timestamps: IntArray,
    *,
    progress: Progress | None,
    cancel: CancelToken | None,
) -> IntArray | None:
    """Time stamps of packets that give no frame; None if packets and frames do not correspond at all.

    Args:
        path: the file.
        packets: its packets; every time stamp known and no two alike among those shown.
        start: its first frames as decoded.
        seek_timestamps: (packets,) under which the container finds each packet.
        progress: told how far the doubtful stretches are done.
        cancel: checked between frames.

    Raises:
        VideoError: if the file cannot be opened.
        Cancelled: if asked to stop.
    """
    shown = np.sort(packets.pts[~packets.is_hidden])
    last = shown[-1] if start.is_whole_video else start.pts.max()
    lost = _lost(shown[shown <= last], start.pts)
    if lost is None:
        return None
    found = [lost]
    stretches = doubtful_stretches(packets)
    decoder = StreamDecoder(path, use_threads=False)
    try:
        for done, (first, end) in enumerate(stretches):
            _check_in(done / len(stretches), progress, cancel)
            begin_pts = packets.pts[first] if first > 0 else MISSING
            end_pts = packets.pts[end] if end < len(packets.pts) else None
            inside = shown[(shown >= begin_pts) & ((shown < end_pts) if end_pts is not None else True)]
            if first == 0:
                decoder.rewind()
            else:
                decoder.seek(int(seek_timestamps[first]))
            decoded = _decoded_between(decoder, int(begin_pts), None if end_pts is None else int(end_pts), cancel)
            lost = _lost(inside, decoded)
            if lost is None:
                return None
            found.append(lost)
    finally:
        decoder.close()
    return np.unique(np.concatenate(found))


def doubtful_stretches(packets: PacketTable) -> list[tuple[int, int]]:
    """Stretches [first, end) of packets to decode, each from a sound key frame to the second sound one after a doubt.

    A first of 0 means the start of the file, an end of len(packets) its end.
    """
    doubts = np.flatnonzero(packets.condition)
    keys = np.flatnonzero(packets.is_key & (packets.condition == Condition.WHOLE) & ~packets.is_hidden)
    stretches: list[tuple[int, int]] = []
    for doubt in doubts:
        if stretches and doubt < stretches[-1][1]:
            begin = stretches.pop()[0]
        else:
            before = int(np.searchsorted(keys, doubt)) - 1
            begin = int(keys[before]) if before >= 0 else 0
        after = int(np.searchsorted(keys, doubt, side="right")) + _CLEAN_KEYS - 1
        stretches.append((begin, int(keys[after]) if after < len(keys) else len(packets.pts)))
    return stretches


def _decoded_between(
    decoder: StreamDecoder, begin_pts: int, end_pts: int | None, cancel: CancelToken | None
) -> IntArray:
    decoded: list[int] = []
    while (picture := decoder.next_picture()) is not None:
        if cancel is not None:
            cancel.raise_if_cancelled()
        pts = _pts(picture)
        if end_pts is not None and pts >= end_pts:
            break
        if pts >= begin_pts:
            decoded.append(pts)
    return np.array(decoded, dtype=np.int64)


def _lost(expected: IntArray, decoded: IntArray) -> IntArray | None:
    """Expected time stamps that did not decode; None if frames came that nobody expected, or twice, or unordered."""
    if np.any(np.diff(decoded) <= 0) or not np.isin(decoded, expected).all():
        return None
    return np.setdiff1d(expected, decoded)


def _pts(picture: VideoFrame) -> int:
    return MISSING if picture.pts is None else picture.pts


def _check_in(fraction: float, progress: Progress | None, cancel: CancelToken | None) -> None:
    if cancel is not None:
        cancel.raise_if_cancelled()
    if progress is not None:
        progress(fraction, "Checking frames")
