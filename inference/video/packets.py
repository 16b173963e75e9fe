"""The packets of a video stream, one after another, whatever state the file is in."""

from __future__ import annotations

from collections.abc import Iterator

import av.error
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

_AVI_CHUNK_HEADER = 8


class PacketSource:
    """Packets of an open container from where it stands now; where the file breaks off, they end.

    An AVI demuxer that skips a damaged stretch counts on as if nothing were missing, so that every later packet has
    the wrong time. The file's own index, which says where each packet lies, sets that right.

    Attributes:
        is_cut_off: whether reading ended with an error instead of the end of the file; known after the last packet.
    """

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._container = container
        self._stream = stream
        self._avi_times: dict[int, int] = {}
        if container.format.name == "avi":
            self._avi_times = {entry.pos: entry.timestamp for entry in stream.index_entries}
        self._indexed_end = max(self._avi_times, default=0)
        self.is_cut_off = False

    def __iter__(self) -> Iterator[Packet[VideoStream]]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.error.FFmpegError, OSError):
                self.is_cut_off = True
                return
            # An empty packet in the file means "as before"; the decoder would take it for the end.
            if packet.size and self._is_in_its_place(packet):
                yield packet

    def _is_in_its_place(self, packet: Packet[VideoStream]) -> bool:
        """Correct the times of an AVI packet; False for noise that was taken for a packet."""
        if packet.pos is None or packet.dts is None:
            return True
        place = packet.pos - _AVI_CHUNK_HEADER
        if not self._avi_times or place > self._indexed_end:
            return True
        time = self._avi_times.get(place)
        if time is None:
            return False
        if packet.pts is not None:
            packet.pts += time - packet.dts
        packet.dts = time
        return True
