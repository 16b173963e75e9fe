"""Tracked crops of a rendered video in which a white dot flies along a known parabola past striped borders."""

from __future__ import annotations

import csv
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from reviews import Facts, at

from app.document.document import ReviewDocument
from app.exports.errors import ExportError
from app.exports.registry import export
from inference.diving.boards import Board
from inference.diving.crops import clip_frames, crop_side_px, cut_crop
from inference.progress import Cancelled, CancelToken
from inference.results import BallisticPath, CameraMotion, Candidate, FrameTime, Interval, Trajectory
from inference.video.fingerprint import fingerprint
from inference.video.reader import open_video

WIDTH, HEIGHT, FPS, FRAMES = 160, 120, 25, 60
FIRST, LAST = 10, 49
# x = 20 + 60 τ, y = 60 - 75 τ + ½ 100 τ²: starts 20 px from the left border and ends 113.6, 64.7 (τ = 1.56)
PATH = BallisticPath(FIRST / FPS, 20.0, 60.0, 60.0, -75.0, 100.0)


def location(frame):
    return PATH.at(frame / FPS)


def picture(frame):
    """Grey, with a dot of 7 px across whose centre is on the path."""
    canvas = np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8)
    x, y = location(frame)
    shift = 4  # 16ths of a pixel; OpenCV counts from the centre of the first pixel
    centre = (round((x - 0.5) * 16), round((y - 0.5) * 16))
    cv2.circle(canvas, centre, round(3.5 * 16), (255, 255, 255), -1, cv2.LINE_AA, shift)
    return canvas


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "dot.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(FPS))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": "10"}
        for frame in range(FRAMES):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(frame), format="bgr24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def document(tmp_path, film):
    with ReviewDocument.create(tmp_path / "review.divereview") as document:
        with open_video(film) as reader:
            video = document.add_video(film, reader.index, fingerprint(film))
        dive = document.add_dive(video.id, at(FIRST), at(LAST), board="platform-5", code="612B")
        document.set_trajectory(dive, Trajectory(PATH))
        yield document


def dot_centre(crop):
    """Centre of the bright spot in pixel-edge coordinates of the crop."""
    brightness = np.clip(crop[..., 1].astype(float) - 150, 0, None)
    rows, columns = np.indices(brightness.shape)
    total = brightness.sum()
    return (columns * brightness).sum() / total + 0.5, (rows * brightness).sum() / total + 0.5


def frames_of(path):
    with av.open(str(path)) as container:
        return [
            (float(frame.pts * frame.time_base), frame.to_ndarray(format="bgr24"))
            for frame in container.decode(video=0)
        ]


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_diver_stays_in_the_middle_of_the_crop(document, tmp_path):
    (folder,) = export(document, tmp_path / "out", ["crops"], crop_side_px=48)

    frames = frames_of(folder / "videos" / "dot-001.mp4")

    assert len(frames) == LAST - FIRST + 1
    assert {crop.shape for _, crop in frames} == {(48, 48, 3)}
    np.testing.assert_allclose([time for time, _ in frames], np.arange(40) / FPS, atol=1e-4)
    centres = np.array([dot_centre(crop) for _, crop in frames])
    np.testing.assert_allclose(centres, 24.0, atol=0.35)
    assert np.abs(centres.mean(axis=0) - 24.0).max() < 0.1


def test_beyond_the_border_the_crop_is_black(document, tmp_path):
    (folder,) = export(document, tmp_path / "out", ["crops"], crop_side_px=64)

    first = cv2.imread(str(folder / "clips" / "dot-001" / "00.png"))

    # the dot is 20 px from the left border and the crop reaches 32 px to the left, so 12 columns have no picture
    assert first[:, :12].max() == 0
    np.testing.assert_allclose(first[5:20, 12:30], 90, atol=6)


def test_sixteen_stills_over_the_whole_dive(document, tmp_path):
    (folder,) = export(document, tmp_path / "out", ["crops"], crop_side_px=48)

    stills = sorted((folder / "clips" / "dot-001").iterdir())

    assert [still.name for still in stills] == [f"{position:02d}.png" for position in range(16)]
    # 39 frames in 15 steps of 2.6: 10, 12.6, 15.2, 17.8, 20.4, 23, …
    expected = [10, 13, 15, 18, 20, 23, 26, 28, 31, 33, 36, 39, 41, 44, 46, 49]
    assert rows(folder / "crops.csv")[0]["clip_frames"] == " ".join(map(str, expected))
    video = frames_of(folder / "videos" / "dot-001.mp4")
    for still, frame in zip(stills, expected, strict=True):
        difference = cv2.absdiff(cv2.imread(str(still)), video[frame - FIRST][1])
        assert difference.mean() < 3


def test_the_table_says_what_each_crop_is(document, tmp_path):
    (folder,) = export(document, tmp_path / "out", ["crops"], crop_side_px=48, crop_output_px=33)
    video = document.videos()[0]

    (row,) = rows(folder / "crops.csv")

    assert row == {
        "video": "dot",
        "number": "1",
        "dive": document.dives(video.id)[0].id,
        "split": "training",
        "crop": "videos/dot-001.mp4",
        "clip": "clips/dot-001",
        "start_frame": "10",
        "end_frame": "49",
        "clip_frames": row["clip_frames"],
        "side_px": "48",
        "output_px": "34",
        "board": "platform-5",
        "code": "612B",
        "group": "6",
        "rotation_type": "1",
        "half_somersaults": "2",
        "half_twists": "0",
        "position": "B",
        "armstand": "true",
        "flying": "false",
        "status": "corrected",
    }
    assert frames_of(folder / "videos" / "dot-001.mp4")[0][1].shape == (34, 34, 3)


def test_a_moving_camera_is_followed(document, tmp_path, film):
    """The same dot with the path given in coordinates that run 3 px further right with each frame."""
    video = document.videos()[0]
    (dive,) = document.dives(video.id)
    shift = [[[1, 0, 3.0 * count], [0, 1, 0], [0, 0, 1]] for count in range(LAST - FIRST + 1)]
    moved = BallisticPath(PATH.origin_s, PATH.x0, PATH.vx + 3.0 * FPS, PATH.y0, PATH.vy, PATH.ay)
    document.set_trajectory(dive.id, Trajectory(moved, (), CameraMotion(FIRST, np.array(shift))))

    (folder,) = export(document, tmp_path / "out", ["crops"], crop_side_px=48)

    centres = np.array([dot_centre(crop) for _, crop in frames_of(folder / "videos" / "dot-001.mp4")])
    np.testing.assert_allclose(centres, 24.0, atol=0.35)


def test_a_dive_without_a_path_has_a_row_and_no_files(document, tmp_path):
    document.add_dive(document.videos()[0].id, at(50), at(55))

    (folder,) = export(document, tmp_path / "out", ["crops"], crop_side_px=48)

    assert [(row["number"], row["crop"], row["clip"]) for row in rows(folder / "crops.csv")] == [
        ("1", "videos/dot-001.mp4", "clips/dot-001"),
        ("2", "", ""),
    ]


def test_cancelling_between_frames_leaves_nothing(document, tmp_path):
    cancel = CancelToken()

    with pytest.raises(Cancelled):
        export(
            document,
            tmp_path / "new" / "out",
            ["crops"],
            cancel=cancel,
            progress=lambda fraction, what: cancel.cancel(),
        )

    assert list((tmp_path / "new").iterdir()) == []


def test_a_video_that_has_changed_is_not_cut(tmp_path, film):
    with ReviewDocument.create(tmp_path / "other.divereview") as document:
        video = document.add_video(film, Facts(), "fingerprint-1")
        dive = document.add_dive(video.id, at(FIRST), at(LAST))
        document.set_trajectory(dive, Trajectory(PATH))
        with pytest.raises(
            ExportError, match=r"dot\.mp4 has 60 frames, and the review was made with 1000; it is another"
        ):
            export(document, tmp_path / "out", ["crops"])


@pytest.mark.parametrize("side", [1, 100_000])
def test_a_side_that_cannot_be(document, tmp_path, side):
    with pytest.raises(ExportError, match=f"Crops of {side} px cannot be made; choose from 16 to 4096 px"):
        export(document, tmp_path / "out", ["crops"], crop_side_px=side)


def test_trajectories_take_their_times_from_the_video(document, tmp_path):
    video = document.videos()[0]
    document.add_dive(video.id, FrameTime(50, 2.0), FrameTime(52, 9.0))
    document.set_trajectory(document.dives(video.id)[1].id, Trajectory(PATH, (Candidate(52, 9.0, 1.0, 1.0),)))

    (folder,) = export(document, tmp_path / "out", ["trajectories"])

    times = [float(row["seconds"]) for row in rows(folder / "trajectories.csv") if row["frame"] == "51"]
    assert times == [pytest.approx(51 / FPS)]


def test_without_the_video_times_are_spaced_between_known_ones(document, tmp_path):
    video = document.add_video(tmp_path / "absent.mp4", Facts(), "fingerprint-2")
    dive = document.add_dive(video.id, FrameTime(10, 1.0), FrameTime(14, 3.0))
    document.set_trajectory(dive, Trajectory(PATH, (Candidate(12, 1.5, 1.0, 1.0),)))

    (folder,) = export(document, tmp_path / "out", ["trajectories"], video_ids=(video.id,))

    assert [float(row["seconds"]) for row in rows(folder / "trajectories.csv")] == [1.0, 1.25, 1.5, 2.25, 3.0]


def interval(duration_s):
    return Interval(FrameTime(0, 0.0), FrameTime(30, duration_s))


def test_the_side_fits_the_diver_by_the_boards_height():
    # the path drops by ½ · 100 · 2² = 200 px from a 5 m platform: 40 px/m, and 3 m are 120 px
    falling = Trajectory(BallisticPath(0.0, 0.0, 0.0, 0.0, 0.0, 100.0))
    assert crop_side_px(falling, interval(2.0), Board("platform", 5.0), (640, 360)) == 120


def test_the_side_fits_the_diver_by_gravity_where_the_board_is_not_known():
    # 392.4 px/s² are 9.81 m/s², so 40 px are a metre
    falling = Trajectory(BallisticPath(0.0, 0.0, 0.0, 0.0, 0.0, 392.4))
    assert crop_side_px(falling, interval(1.0), None, (640, 360)) == 120


def test_the_side_stays_within_bounds():
    straight = Trajectory(BallisticPath(0.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    tiny = Trajectory(BallisticPath(0.0, 0.0, 0.0, 0.0, 0.0, 1.0))
    huge = Trajectory(BallisticPath(0.0, 0.0, 0.0, 0.0, 0.0, 1e6))
    assert [crop_side_px(path, interval(1.0), None, (640, 360)) for path in (straight, tiny, huge)] == [120, 32, 640]


def test_a_crop_at_a_whole_pixel_is_a_copy():
    image = np.arange(20 * 30 * 3, dtype=np.uint8).reshape(20, 30, 3)
    np.testing.assert_array_equal(cut_crop(image, (12.0, 9.0), 8), image[5:13, 8:16])


def test_a_crop_between_two_pixels_is_their_mean():
    image = np.zeros((8, 8, 3), dtype=np.uint8)
    image[:, 4] = 200
    # the middle of the crop is the middle of column 4, and with an even side it lies between columns 1 and 2
    crop = cut_crop(image, (4.5, 4.0), 4)
    np.testing.assert_array_equal(crop[1, :, 0], [0, 100, 100, 0])


def test_a_smaller_crop_is_averaged():
    image = np.zeros((8, 8, 3), dtype=np.uint8)
    image[::2] = 100
    np.testing.assert_array_equal(cut_crop(image, (4.0, 4.0), 8, 4), np.full((4, 4, 3), 50))


def test_a_dive_shorter_than_a_clip_repeats_frames():
    assert clip_frames(5, 8, 8) == [5, 5, 6, 6, 7, 7, 8, 8]
    assert clip_frames(7, 7) == [7] * 16
