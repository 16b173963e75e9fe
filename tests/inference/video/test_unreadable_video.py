"""Files that are no video, or not all of one: one clear sentence, and what can be read is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import av
import barcode
import numpy as np
import pytest
from barcode import read_barcode

from inference.video.errors import VideoError
from inference.video.index import build_index
from inference.video.reader import open_video

X264 = {"preset": "veryfast", "bf": "3", "g": "30", "x264-params": "scenecut=0:repeat-headers=1"}


def sentence(path: Path) -> str:
    """What opening the file says; it must be one sentence."""
    with pytest.raises(VideoError) as caught:
        open_video(path)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def audio_file(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 44100), dtype=np.float32), format="fltp", layout="mono")
        frame.rate, frame.pts = 44100, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_a_missing_file_is_named(tmp_path):
    path = tmp_path / "gone.mp4"
    assert sentence(path) == f"There is no file {path}; check that it was not moved or renamed."


def test_an_empty_file(tmp_path):
    path = tmp_path / "nothing.mp4"
    path.touch()
    assert sentence(path) == "nothing.mp4 is empty (0 bytes); copy it again from where it came."


def test_a_recording_without_its_table_of_contents(barcode_video, tmp_path):
    path = tmp_path / "cut.mp4"
    content = barcode_video("h264").path.read_bytes()
    path.write_bytes(content[: content.rindex(b"moov") - 4])
    assert sentence(path).startswith("cut.mp4 is incomplete: its table of contents (moov) is missing")


def test_a_file_with_sound_only(tmp_path):
    path = audio_file(tmp_path / "sound.mp4")
    assert sentence(path) == "sound.mp4 holds sound but no video; choose a video file."


@pytest.mark.parametrize(
    "content",
    [
        b"Dives of Tuesday\nforward, back, reverse\n" * 200,
        b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\nhttp://127.0.0.1:9/clip.ts\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/hosts\n",
        np.random.default_rng(0).bytes(50_000),
    ],
    ids=["text", "play list", "script", "noise"],
)
def test_a_file_that_is_no_video(tmp_path, content):
    path = tmp_path / "notes.mp4"
    path.write_bytes(content)
    assert sentence(path).startswith("notes.mp4 is not a video file, or its format is unknown;")


def test_a_folder_without_images(tmp_path):
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    assert sentence(tmp_path).startswith(f"The folder {tmp_path} holds no images")


def test_a_video_none_of_whose_pictures_decode(tmp_path):
    path = barcode.make_video(tmp_path / "dark.mp4", range(10), options=X264)
    content = path.read_bytes()
    begin, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    path.write_bytes(content[:begin] + bytes(end - begin) + content[end:])
    assert sentence(path) == "dark.mp4 holds no picture that can be decoded; copy it again from where it came."


def read_all(path: Path) -> list[tuple[int, float, int | None]]:
    """(frame, seconds, number in the picture) read forwards; random reads must agree on frames and pictures."""
    with open_video(path) as reader:
        forward = [(time.frame, time.seconds, read_barcode(picture)) for time, picture in reader.frames()]
        assert [frame for frame, _, _ in forward] == list(range(reader.index.frame_count))
        for frame, _, number in reversed(forward):
            assert read_barcode(reader.read(frame)) == number
    return forward


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "options"),
    [
        ("clip.mp4", "libx264", "yuv420p", X264),
        ("clip.mkv", "libx264", "yuv420p", X264),
        ("clip.ts", "libx264", "yuv420p", X264),
        ("clip.avi", "mpeg4", "yuv420p", {"g": "30"}),
        ("clip.avi", "mjpeg", "yuvj420p", {}),
        ("clip.webm", "libvpx-vp9", "yuv420p", {"deadline": "realtime", "cpu-used": "8", "g": "30"}),
    ],
)
@pytest.mark.parametrize("noise", [True, False])
def test_frames_outside_a_damaged_stretch_keep_their_numbers_and_times(tmp_path, name, codec, pix_fmt, options, noise):
    path = barcode.make_video(tmp_path / name, range(240), codec=codec, pix_fmt=pix_fmt, options=options)
    if noise:
        barcode.damage(path, 0.4, 0.45)
    else:
        content = path.read_bytes()
        first, last = int(0.4 * len(content)), int(0.45 * len(content))
        path.write_bytes(content[:first] + bytes(last - first) + content[last:])
    read = read_all(path)
    by_time = {round(seconds * 25): number for _, seconds, number in read}
    # The damage lies in one or two groups of 30 pictures around 0.4 of the file; all others are untouched.
    sound = [*range(60), *range(150, 240)]
    assert [by_time[number] for number in sound] == sound
    warning = " ".join(build_index(path).warnings)
    assert warning.startswith(f"{name} is damaged between") or f"{name} lacks frames" in warning


@pytest.mark.parametrize("name", ["clip.mkv", "clip.ts", "clip.avi", "faststart.mp4"])
def test_a_file_that_breaks_off_is_read_up_to_there(tmp_path, name):
    container_options = {"movflags": "faststart"} if name.endswith(".mp4") else {}
    codec, options = ("mpeg4", {"g": "30"}) if name.endswith(".avi") else ("libx264", X264)
    path = barcode.make_video(
        tmp_path / name, range(150), codec=codec, options=options, container_options=container_options
    )
    content = path.read_bytes()
    path.write_bytes(content[: int(0.6 * len(content))])
    read = read_all_but_last(path)
    numbers = [number for _, _, number in read]
    assert 60 < len(numbers) < 110
    # Reordering leaves holes among the last few frames before the break.
    assert numbers[:-8] == list(range(len(numbers) - 8))
    assert [seconds for _, seconds, _ in read[:-8]] == pytest.approx([number / 25 for number in numbers[:-8]])
    if not name.endswith(".ts"):
        assert f"{name} is cut off; its " in build_index(path).warnings[-1]


def read_all_but_last(path: Path) -> list[tuple[int, float, int | None]]:
    """Frames read forwards without the last, of which only a part may be in the file."""
    with open_video(path) as reader:
        forward = [(time.frame, time.seconds, read_barcode(picture)) for time, picture in reader.frames()][:-1]
        for frame, _, number in reversed(forward):
            assert read_barcode(reader.read(frame)) == number
    return forward


def test_a_file_that_goes_away_after_it_was_indexed(barcode_video, tmp_path):
    path = Path(shutil.copy(barcode_video("h264").path, tmp_path / "clip.mp4"))
    index = build_index(path)
    path.unlink()
    assert index.frame_count == 96
    assert sentence(path).startswith(f"There is no file {path}")


def test_a_frame_out_of_range_and_a_senseless_size_or_step_are_refused(barcode_video):
    with open_video(barcode_video("h264").path) as reader:
        with pytest.raises(VideoError, match=r"^h264.mp4 has no frame 96; its frames are numbered 0 to 95.$"):
            reader.read(96)
        with pytest.raises(VideoError, match="has no frame -1;"):
            next(reader.frames(-1))
        with pytest.raises(VideoError, match="0 by 90 pixels"):
            reader.read(0, size=(0, 90))
        with pytest.raises(VideoError, match="a step of -1 does not go forward"):
            next(reader.frames(step=-1))


def test_nothing_reaches_standard_error(tmp_path, capfd):
    path = barcode.make_video(tmp_path / "clip.mp4", range(120), options=X264)
    capfd.readouterr()
    barcode.damage(path, 0.3, 0.6)
    read_all(path)
    (tmp_path / "text.mp4").write_text("no video\n" * 100, encoding="utf-8")
    sentence(tmp_path / "text.mp4")
    assert capfd.readouterr() == ("", "")
