"""Opening video files: what may be opened, and one sentence for each way in which it fails."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import av
import av.error
import av.logging
from av.container import InputContainer
from av.video.stream import VideoStream

from inference.video.errors import VideoError

# Containers only: play lists and scripts, which can name other files and servers, are never followed.
_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,h264,hevc,av1,obu,ivf,flv,live_flv,asf,ogg,mxf,"
    "gxf,dv,rm,nut,gif,apng,m4v,mjpeg,mjpeg_2000,vc1,wtv,yuv4mpegpipe,mp3,wav,aac,flac"
)

# FFmpeg talks to the terminal's standard error; what a person needs to know reaches them as a VideoError.
av.logging.set_level(None)


def open_container(path: Path) -> InputContainer:
    """Open a video file.

    Raises:
        VideoError: if it is missing, empty, cut off, not a video, or may not be read.
    """
    check_file(path)
    try:
        return av.open(
            f"file:{path.absolute()}",
            mode="r",
            metadata_errors="replace",
            options={"format_whitelist": _FORMATS, "protocol_whitelist": "file"},
        )
    except PermissionError as error:
        raise VideoError(f"{path} may not be read; check the permissions of the file.") from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise VideoError(_why_not_video(path)) from error


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The stream that holds the pictures, never a cover image.

    Raises:
        VideoError: if there is none, or no decoder for it.
    """
    cover = av.stream.Disposition.attached_pic | av.stream.Disposition.still_image
    streams = [stream for stream in container.streams.video if not stream.disposition & cover]
    if not streams:
        holds = "sound but no video" if container.streams.audio else "no video"
        raise VideoError(f"{path.name} holds {holds}; choose a video file.")
    stream = streams[0]
    if stream.codec_context is None:
        raise VideoError(f"{path.name} uses a video format that this program cannot decode; convert it to H.264.")
    for other in container.streams:
        if other.index != stream.index:
            other.discard = av.stream.Discard.all
    return stream


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its video stream, closed at the end.

    Raises:
        VideoError: as `open_container` and `video_stream`.
    """
    container = open_container(path)
    try:
        yield container, video_stream(container, path)
    finally:
        container.close()


def check_file(path: Path) -> None:
    """Make sure that there is a file with something in it.

    Raises:
        VideoError: if not.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise VideoError(f"There is no file {path}; check that it was not moved or renamed.") from error
    except OSError as error:
        reason = error.strerror or "the system refused"
        raise VideoError(f"{path} cannot be opened ({reason}); check the name and the drive.") from error
    if not path.is_file():
        raise VideoError(f"{path} is not a file; choose a video file or a folder of images.")
    if size == 0:
        raise VideoError(f"{path.name} is empty (0 bytes); copy it again from where it came.")


def _why_not_video(path: Path) -> str:
    """What to tell the person about a file that FFmpeg could not open."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        return f"{path} cannot be read ({error.strerror or 'the system refused'}); check the drive and permissions."
    if head[4:8] in {b"ftyp", b"mdat", b"wide", b"free", b"skip"}:
        return (
            f"{path.name} is incomplete: its table of contents (moov) is missing, as when a recording or a copy "
            "breaks off; copy it again or repair it."
        )
    if head[:4] == b"\x1a\x45\xdf\xa3" or (head[:4] == b"RIFF" and head[8:12] == b"AVI "):
        return f"{path.name} is cut off before its first picture; copy it again from where it came."
    return f"{path.name} is not a video file, or its format is unknown; choose another file or convert it to MP4."
