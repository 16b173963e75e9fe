"""`divereview pose`: the pose of a person in a picture, or of divers along their tracked crops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import counted, say, shown_progress, write_json, write_table
from app.cli.errors import CommandError
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.options import DeinterlaceOption, FpsOption, FramesOption, JsonOption
from app.sources import SourceOptions
from inference.progress import CancelToken, Progress

if TYPE_CHECKING:
    from app.posing import FoundPose, Stretch
    from inference.pose.crop_estimator import CropPoseEstimator
    from inference.pose.crop_map import CropRegion, Picture
    from inference.video.reader import FrameReader

HEADER = ("frame", "second", "score", "turn")


def _check_box(text: str | None) -> str | None:
    if text is not None:
        try:
            _box(text)
        except ValueError as error:
            raise typer.BadParameter(f"{text!r} is no box X,Y,W,H in pixels with an area.") from error
    return text


def pose(
    source: Annotated[
        Path, typer.Argument(metavar="PICTURE|VIDEO", readable=False, help="A picture, a video, a folder of images.")
    ],
    model: Annotated[
        str | None, typer.Option("--model", "-m", metavar="NAME|FILE", help="A model of `models list`, or a file.")
    ] = None,
    box: Annotated[
        str | None, typer.Option(metavar="X,Y,W,H", callback=_check_box, help="The box around the person.")
    ] = None,
    boxes: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="A text file with one such box a line, of each frame."),
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option(metavar="R.divereview", readable=False, help="Follow the dives that a review has of the video."),
    ] = None,
    side: Annotated[
        float | None, typer.Option(min=8, max=8192, metavar="PX", help="Side of the tracked crops; else it is found.")
    ] = None,
    frames: FramesOption = None,
    upright: Annotated[
        bool, typer.Option("--upright", help="Turn each picture until the model is surest; takes five times as long.")
    ] = False,
    draw: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the poses: a picture, or for a video also .mp4."),
    ] = None,
    cpu: Annotated[bool, typer.Option("--cpu", help="Leave the GPU alone.")] = False,
    as_json: JsonOption = False,
    fps: FpsOption = None,
    deinterlace: DeinterlaceOption = None,
) -> None:
    r"""Find the pose of one person in each picture.

    In a video the tracked crops of the review's dives are looked at; without a review the box, the same in every
    frame, or that of each frame in a file; without any the whole picture. Keypoints are image coordinates (x right,
    y down, the centre of the top-left pixel at 0.5, 0.5) with a score from 0 to 1. In JSON, each joint is also named
    as the canonical skeleton of this program calls it, or null where it has no such joint; and keypoints have a depth
    if the model knows it: how much farther away than the pelvis they are, in pixels at the person's distance.

    \b
    Examples:
      divereview pose athlete.jpg --model movenet-lightning --box 120,40,80,210 --draw pose.png
      divereview pose training.mp4 --model rtmpose-s --review training.divereview --draw poses.mp4 --json
    """
    if sum(given is not None for given in (box, boxes, review)) > 1:
        raise typer.BadParameter("--box, --boxes and --review all say where to look; give one of them.")
    from inference.video.image_names import IMAGE_SUFFIXES

    estimator = _sparing(model, on_processor=cpu)
    places = _boxes(boxes) if boxes is not None else () if box is None else (_box(box),)
    if source.suffix.lower() in IMAGE_SUFFIXES and not source.is_dir():
        if review is not None or frames is not None or boxes is not None:
            raise typer.BadParameter(f"{source.name} is a single picture; leave out --review, --frames and --boxes.")
        poses = _of_picture(estimator, source, places, draw, turns=upright)
    else:
        options = SourceOptions(deinterlace, fps)
        with cancelled_by_interrupt() as cancel, shown_progress(source.name) as progress:
            work = _VideoWork(estimator, source, options, upright, progress, cancel)
            poses = work.run(places, review, side, frames, draw)
    if draw is not None:
        say(f"The poses are drawn in {draw}.")
    if as_json:
        write_json(_facts(estimator, poses))
        return
    write_table(HEADER, [_row(found) for found in poses])
    say(f"{counted(len(poses), 'pose')} found by {estimator.identity.name}; --json shows the keypoints.")


def _sparing(model: str | None, *, on_processor: bool) -> CropPoseEstimator:
    """The model, which goes on with less where memory runs out, and says so."""
    from app.posing import AT_ONCE
    from inference.models.pose_estimators import load_estimator
    from inference.models.sparing_estimator import SparingEstimator

    return SparingEstimator(
        model or "the pose model", lambda place: load_estimator(model, "cpu" if on_processor else place), AT_ONCE, say
    )


class _VideoWork:
    """Poses of one video, and their drawing meanwhile."""

    def __init__(
        self,
        estimator: CropPoseEstimator,
        source: Path,
        options: SourceOptions,
        turns: bool,
        progress: Progress,
        cancel: CancelToken,
    ) -> None:
        self._estimator, self._source, self._options = estimator, source, options
        self._turns, self._progress, self._cancel = turns, progress, cancel

    def run(
        self,
        places: tuple[CropRegion, ...],
        review: Path | None,
        side: float | None,
        frames: tuple[int, int] | None,
        draw: Path | None,
    ) -> list[FoundPose]:
        """Find all poses, and draw them if asked to.

        Raises:
            CommandError: if there is nothing to look at.
            VideoError: if the video cannot be read, or the drawing not written.
        """
        from app.posing import Stretch
        from inference.pose.crop_map import whole_crop

        with self._open(review) as (reader, dives):
            if dives is None:
                regions = places or (whole_crop(0, 0, reader.index.width, reader.index.height),)
                last = reader.index.frame_count - 1
                stretches = [Stretch(0, min(last, len(regions) - 1) if len(regions) > 1 else last, regions)]
            else:
                stretches = dives if side is None else [dive.with_side(side) for dive in dives]
            chosen = [part for stretch in stretches if (part := stretch.within(frames)) is not None]
            if not chosen:
                raise CommandError(f"There is nothing to look at in {self._source.name} in these frames.")
            return self._collected(reader, chosen, draw)

    def _collected(self, reader: FrameReader, stretches: list[Stretch], draw: Path | None) -> list[FoundPose]:
        from app.pose_drawing import drawing_of

        poses: list[FoundPose] = []
        count = sum(stretch.last - stretch.first + 1 for stretch in stretches)
        with drawing_of(draw, self._estimator.skeleton, reader.index.average_fps) as drawn:
            for found, picture in self._each(reader, stretches):
                poses.append(found)
                drawn(found, picture)
                self._progress(len(poses) / count, f"frame {found.time.frame}")
        return poses

    def _each(self, reader: FrameReader, stretches: list[Stretch]) -> Iterator[tuple[FoundPose, Picture]]:
        from app.posing import find_poses

        for stretch in stretches:
            yield from find_poses(self._estimator, reader, stretch, turns=self._turns, cancel=self._cancel)

    def _open(self, review: Path | None) -> Any:
        from app.pose_sources import open_stretches

        return open_stretches(self._source, review, self._options, self._progress, self._cancel)


def _of_picture(
    estimator: CropPoseEstimator, path: Path, places: tuple[CropRegion, ...], draw: Path | None, *, turns: bool
) -> list[FoundPose]:
    import cv2
    import numpy as np

    from app.pose_drawing import drawing_of
    from app.posing import pose_in_picture

    try:
        picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # an empty file
        picture = None
    if picture is None:
        raise CommandError(f"{path} is no picture that can be read.")
    shown = np.asarray(picture, np.uint8)
    found = pose_in_picture(estimator, shown, places[0] if places else None, turns=turns)
    with drawing_of(draw, estimator.skeleton, None) as drawn:
        drawn(found, shown)
    return [found]


def _facts(estimator: CropPoseEstimator, poses: list[FoundPose]) -> dict[str, Any]:
    import math

    from inference.pose.skeletons import CANONICAL_17

    identity, skeleton = estimator.identity, estimator.skeleton
    canonical = [joint if joint in CANONICAL_17.joints else None for joint in skeleton.joints]
    return {
        "model": {"name": identity.name, "version": identity.version, "weights": identity.weights_hash},
        "skeleton": {"name": skeleton.name, "joints": list(skeleton.joints), "canonical": canonical},
        "poses": [
            {
                "frame": found.time.frame,
                "seconds": found.time.seconds,
                "box": [round(value, 3) for value in found.region.box],
                "turn_degrees": round(math.degrees(found.region.turn_rad), 1),
                "keypoints": _keypoints(skeleton.joints, found),
            }
            for found in poses
        ],
    }


def _keypoints(joints: tuple[str, ...], found: FoundPose) -> list[dict[str, Any]]:
    keypoints: list[dict[str, Any]] = [
        {"joint": joint, "x": round(x, 3), "y": round(y, 3), "score": round(score, 4)}
        for joint, (x, y), score in zip(joints, found.keypoints.tolist(), found.scores.tolist(), strict=True)
    ]
    if found.depths is not None:
        for keypoint, depth in zip(keypoints, found.depths.tolist(), strict=True):
            keypoint["depth"] = round(depth, 3)
    return keypoints


def _row(found: FoundPose) -> tuple[str, ...]:
    import math

    turn = math.degrees(math.remainder(found.region.turn_rad, 2 * math.pi))
    return str(found.time.frame), f"{found.time.seconds:.3f}", f"{found.scores.mean():.2f}", f"{turn:.0f}"


def _box(text: str) -> CropRegion:
    from inference.pose.crop_map import CropRegion

    left, top, width, height = (float(part) for part in text.split(","))
    return CropRegion(left, top, width, height)


def _boxes(path: Path) -> tuple[CropRegion, ...]:
    """The boxes of a file, one a line; their numbers may be parted by commas or blanks."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is no text file with boxes.") from error
    boxes = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                boxes.append(_box(",".join(line.replace(",", " ").split())))
            except ValueError as error:
                raise CommandError(f"Line {number} of {path} is no box X,Y,W,H in pixels with an area.") from error
    if not boxes:
        raise CommandError(f"There is no box in {path}.")
    return tuple(boxes)
