"""Listing the packets of a video stream without decoding them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.stream import VideoStream

from inference.progress import CancelToken, Progress
from inference.video.frame_index import BoolArray, IntArray
from inference.video.packet_structure import Condition, packet_check
from inference.video.packets import PacketSource

MISSING = -(1 << 63)
"""Stands for a time stamp that the container does not give."""

_REPORT_EVERY = 512


@dataclass
class _Growing:
    pts: array[int] = field(default_factory=lambda: array("q"))
    dts: array[int] = field(default_factory=lambda: array("q"))
    is_key: bytearray = field(default_factory=bytearray)
    is_hidden: bytearray = field(default_factory=bytearray)
    condition: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, eq=False)
class PacketTable:
    """Packets of a video stream in file order.

    Attributes:
        pts: (packets,) presentation time stamps, MISSING where there is none.
        dts: (packets,) decoding time stamps, MISSING where there is none.
        is_key: (packets,) whether decoding can start here.
        is_hidden: (packets,) whether an edit list hides the picture.
        condition: (packets,) how it looks from outside, a `Condition`.
        last_duration: ticks for which the picture with the greatest pts is shown; 0 if unknown.
        is_cut_off: whether reading ended with an error instead of the end of the file.
    """

    pts: IntArray
    dts: IntArray
    is_key: BoolArray
    is_hidden: BoolArray
    condition: npt.NDArray[np.uint8]
    last_duration: int
    is_cut_off: bool


def scan_packets(
    container: InputContainer, stream: VideoStream, path: Path, *, progress: Progress | None, cancel: CancelToken | None
) -> PacketTable:
    """List the packets of an open file from its current position.

    Raises:
        Cancelled: if asked to stop.
    """
    rows = _Growing()
    check = packet_check(stream.codec_context.name, stream.codec_context.extradata)
    file_size = max(path.stat().st_size, 1)
    packets = PacketSource(container, stream)
    greatest_pts, last_duration, was_hidden = MISSING, 0, False
    for packet in packets:
        pts = MISSING if packet.pts is None else packet.pts
        if pts > greatest_pts:
            greatest_pts, last_duration = pts, packet.duration or 0
        is_hidden = packet.is_discard
        rows.pts.append(pts)
        rows.dts.append(MISSING if packet.dts is None else packet.dts)
        rows.is_key.append(packet.is_keyframe)
        rows.is_hidden.append(is_hidden)
        condition = Condition.DAMAGED if packet.is_corrupt else check(bytes(packet))
        # Where hiding starts or ends, pictures may lack their references.
        rows.condition.append(max(condition, Condition.DOUBTFUL) if is_hidden != was_hidden else condition)
        was_hidden = is_hidden
        if len(rows.pts) % _REPORT_EVERY == 0:
            if cancel is not None:
                cancel.raise_if_cancelled()
            if progress is not None and packet.pos is not None:
                progress(min(max(packet.pos / file_size, 0.0), 1.0), "Listing frames")
    return PacketTable(
        pts=np.frombuffer(rows.pts, dtype=np.int64),
        dts=np.frombuffer(rows.dts, dtype=np.int64),
        is_key=np.frombuffer(rows.is_key, dtype=np.bool_),
        is_hidden=np.frombuffer(rows.is_hidden, dtype=np.bool_),
        condition=np.frombuffer(rows.condition, dtype=np.uint8),
        last_duration=last_duration,
        is_cut_off=packets.is_cut_off,
    )
