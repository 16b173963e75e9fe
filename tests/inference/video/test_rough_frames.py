"""Pictures for a program's eyes are nearly exact and come under the same numbers; nobody else's become rough."""

import av
import cv2
import numpy as np
import pytest

from inference.video.reader import open_video
from inference.video.rough_frames import rough_frames

QUARTER = (80, 45)
THIRD = (106, 60)


def film(path, *, codec="libx264", size=(320, 180), frames=45, key_frames=30):
    """A coarse cloud that drifts to the right, encoded so poorly that the edges of blocks would show."""
    cloud = np.random.default_rng(5).integers(30, 220, (12, 40, 3)).astype(np.uint8)
    wide = cv2.resize(cloud, (size[0] * 2, size[1]), interpolation=cv2.INTER_CUBIC)
    options = {"g": str(key_frames), "qscale": "20"}
    if codec == "libx264":
        options |= {"preset": "veryfast", "crf": "38", "sc_threshold": "0"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for frame in range(frames):
            shown = np.ascontiguousarray(wide[:, frame % size[0] : frame % size[0] + size[0]])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="bgr24")))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return film(tmp_path_factory.mktemp("rough") / "cloud.mp4")


def both(reader, size, start=0, stop=None, step=1):
    stop = reader.index.frame_count if stop is None else stop
    rough = list(rough_frames(reader, start, stop, step, size=size))
    exact = list(reader.frames(start, stop, step, size=size))
    assert [time for time, _ in rough] == [time for time, _ in exact]
    return np.stack([picture for _, picture in rough]).astype(int), np.stack([picture for _, picture in exact])


@pytest.mark.parametrize(("start", "stop", "step"), [(0, None, 1), (7, 41, 3)])
def test_much_smaller_pictures_may_be_a_little_off(video, start, stop, step):
    with open_video(video) as reader:
        rough, exact = both(reader, QUARTER, start, stop, step)

    assert rough.shape[1:] == (45, 80, 3)
    differences = np.abs(rough - exact)
    assert 0 < differences.mean() < 3
    # Neighbouring pictures are farther apart, so each is under its own number.
    assert differences.mean() < np.abs(np.diff(exact.astype(int), axis=0)).mean()


def test_what_people_see_stays_exact(video):
    with open_video(video) as reader:
        before = reader.read(20)
        rough = rough_frames(reader, 0, 45, size=QUARTER)
        for _ in range(20):
            next(rough)

        np.testing.assert_array_equal(reader.read(20), before)
        next(rough)
        np.testing.assert_array_equal(reader.read(20), before)
        assert np.any(reader.read(20, size=QUARTER) != next(iter(rough_frames(reader, 20, 21, size=QUARTER)))[1])


@pytest.mark.parametrize(
    ("size", "facts"),
    [
        (THIRD, {}),
        (QUARTER, {"codec": "mpeg4"}),
        ((16, 16), {"size": (64, 64), "frames": 302, "key_frames": 400}),
    ],
    ids=["hardly smaller", "another codec", "key frames far apart"],
)
def test_elsewhere_pictures_are_exact(tmp_path, size, facts):
    with open_video(film(tmp_path / "cloud.mp4", **facts)) as reader:
        rough, exact = both(reader, size)

    np.testing.assert_array_equal(rough, exact)


def test_pictures_of_fields_are_exact(video):
    with open_video(video, deinterlace=True) as reader:
        rough, exact = both(reader, QUARTER, 10, 20)

    np.testing.assert_array_equal(rough, exact)
