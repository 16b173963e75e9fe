"""Decoding one video stream from the start or from a key frame."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import av.error
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from inference.video.demuxing import open_container, video_stream
from inference.video.packets import PacketSource


class StreamDecoder:
    """An open video file that gives its decoded pictures one after another.

    After a seek, pictures are given only from the key frame on at which decoding started: pictures that come before
    it in presentation order but after it in the file (an open GOP's leading pictures) lack their references. From the
    start of the file everything that decodes is given, as a player would show it. Stretches that do not decode are
    passed over.

    Args:
        path: the file.
        use_threads: whether to decode in several threads.
        is_filtered: whether the edges of blocks are smoothed as the format wants it, which is much of the work. Where
            they are not, pictures drift away from what was encoded, by more the farther the key frame before them is.

    Attributes:
        is_wanted: tells by its time stamp whether a picture is wanted; None while all are. Pictures that are not
            wanted, and that no other picture refers to, may then be left out, which spares their decoding.

    Raises:
        VideoError: if the file cannot be opened.
    """

    def __init__(self, path: Path, *, use_threads: bool = True, is_filtered: bool = True) -> None:
        self._path = path
        self._use_threads = use_threads
        self._is_filtered = is_filtered
        self.is_wanted: Callable[[int], bool] | None = None
        self._open()

    def _open(self) -> None:
        self._container = open_container(self._path)
        try:
            self._stream = video_stream(self._container, self._path)
        except BaseException:
            self._container.close()
            raise
        codec = self._stream.codec_context
        codec.thread_type = "AUTO" if self._use_threads else "NONE"
        if not self._use_threads:
            codec.thread_count = 1
        if not self._is_filtered:
            codec.options = {"skip_loop_filter": "all"}
        self._is_at_start = True
        self._pictures = self._decode(after_seek=False)

    def rewind(self) -> None:
        """Go back to the very first packet."""
        if not self._is_at_start:
            # Seeking to the first packet is not exact in every container; opening again is.
            self.close()
            self._open()

    def seek(self, timestamp: int) -> bool:
        """Start again at the key frame that the container finds at or before a time stamp, in ticks.

        Returns:
            Whether the container could seek; if not, decoding goes on from the start.
        """
        self._pictures.close()
        self._is_at_start = False
        try:
            self._container.seek(timestamp, stream=self._stream, backward=True)
        except (av.error.FFmpegError, OSError):
            self.rewind()
            return False
        self._pictures = self._decode(after_seek=True)
        return True

    def next_picture(self) -> VideoFrame | None:
        """The next picture in presentation order, or None after the last."""
        self._is_at_start = False
        return next(self._pictures, None)

    def close(self) -> None:
        """Close the file; harmless when it is closed."""
        self._pictures.close()
        self._container.close()

    def _decode(self, *, after_seek: bool) -> Generator[VideoFrame, None, None]:
        is_waiting = after_seek
        trusted_from: int | None = None
        for packet in PacketSource(self._container, self._stream):
            if is_waiting:
                if not packet.is_keyframe:
                    continue
                is_waiting = False
                trusted_from = packet.pts
            self._spare(packet)
            try:
                pictures = packet.decode()
            except av.error.FFmpegError:
                continue
            yield from _trusted(pictures, trusted_from)
        yield from _trusted(self._flush(), trusted_from)

    def _spare(self, packet: Packet[VideoStream]) -> None:
        """Tell the decoder whether it may leave a picture out; it does so only where no other one refers to it."""
        is_spared = self.is_wanted is not None and packet.pts is not None and not self.is_wanted(packet.pts)
        self._stream.codec_context.skip_frame = "NONREF" if is_spared else "DEFAULT"

    def _flush(self) -> list[VideoFrame]:
        try:
            return self._stream.codec_context.decode(None)
        except av.error.FFmpegError:
            return []


def _trusted(pictures: list[VideoFrame], trusted_from: int | None) -> Iterator[VideoFrame]:
    for picture in pictures:
        if trusted_from is None or picture.pts is None or picture.pts >= trusted_from:
            yield picture
