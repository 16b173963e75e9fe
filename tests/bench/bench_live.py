"""Poses by the shipped model: live while 1080p50 plays, and over a dive, against decoding and against the roofline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import torch
from footage import full_hd_clip
from measurement import Measurement, report
from overlaid_review import overlaid_window
from roofline import Peak, Work, counted, half, measured_peak, quickest_s
from window import qt_screen, wait_until

from app.posing import AT_ONCE, Stretch, find_poses
from inference.live.device_runner import DeviceRunner
from inference.models.devices import AUTO, compute_devices, device_named
from inference.models.pose_estimators import SHIPPED, load_estimator
from inference.models.pose_weights import load_pose_model
from inference.models.precision import is_half_precision_quick
from inference.models.shipped_weights import shipped_weights
from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.crop_map import Picture, whole_crop
from inference.video.reader import open_video

if TYPE_CHECKING:
    from app.window.main_window import MainWindow
    from inference.live.answers import LiveAnswer

SOURCE_FPS = 50
FRAMES = 160
"""Of the clip that are analysed: as many as fit into memory decoded."""
GPU_SHARE = 0.99
_CROP_PX = 480


def main() -> None:
    """Run the model in each way on one device, the first GPU if there is one."""
    device = device_named(AUTO)
    title = next(known.title for known in compute_devices() if known.name == device)
    weights = shipped_weights(SHIPPED)
    if weights is None:
        raise FileNotFoundError("this program comes without a pose model")
    report([*_live(title, is_gpu=device != "cpu"), *_batch(device, title), *_network(weights, device, title)])


# Live


@dataclass(frozen=True, slots=True)
class _Inference:
    """One call of the model: how long it took, and for how many frames."""

    took_s: float
    frames: int


def _live(title: str, *, is_gpu: bool) -> Iterator[Measurement]:
    """Play the clip, with the dive's path over all of it: with skeletons, with heatmaps, and with the detector too."""
    inferences: list[_Inference] = []
    with qt_screen() as (where, folder), overlaid_window(folder) as window, _noted(inferences):
        window.live.switch(True)
        for words in ("pose", "pose with heatmaps", "pose with heatmaps and the detector's signals"):
            window.live.want_maps("heatmaps" in words)
            if "signals" in words:
                window.timeline.set_signals([])  # else those would be shown
                window.actions_["show_signals"].trigger()
            what = f"live {words} while 1080p50 plays, {title}, {where}"
            yield _played(window, inferences, what, with_maps="heatmaps" in words, is_gpu=is_gpu)


def _played(
    window: MainWindow, inferences: list[_Inference], what: str, *, with_maps: bool, is_gpu: bool
) -> Measurement:
    """Note which frames have a pose of their own, at once or while they are on the screen."""
    playback, live = window.playback, window.live
    shown: list[int] = []
    posed_at: dict[int, float] = {}  # by the number of the showing
    signalled: list[int] = []

    def answer(frame: int) -> LiveAnswer | None:
        return live.mapped_answer(frame) if with_maps else live.answer(frame)

    def note_frame(frame: int, _seconds: float, _pixels: object) -> None:
        shown.append(frame)
        strip = window.video.canvas.signal_strip
        if strip is not None and any(strip.value(signal, frame) is not None for signal in strip.signals):
            signalled.append(frame)
        note_pose()

    def note_pose() -> None:
        if shown and answer(shown[-1]) is not None:
            posed_at.setdefault(len(shown), time.perf_counter())

    playback.seek(0)
    wait_until(lambda: answer(0) is not None)
    playback.frame_shown.connect(note_frame)
    live.answered.connect(note_pose)
    inferences.clear()
    began, worked_s = time.perf_counter(), time.process_time()
    playback.play()
    wait_until(lambda: not playback.is_playing)
    lasted_s, worked_s = time.perf_counter() - began, time.process_time() - worked_s
    playback.frame_shown.disconnect(note_frame)
    live.answered.disconnect(note_pose)
    gap_s = max(after - before for before, after in pairwise([began, *posed_at.values(), began + lasted_s]))
    # Frames come one by one, so a pose cannot follow sooner than with the next one.
    inference_s = max((each.took_s for each in inferences), default=0.0) + 1 / SOURCE_FPS
    frames = sum(each.frames for each in inferences)
    figures = {
        "frame_ms": 1000 * sum(each.took_s for each in inferences) / max(frames, 1),
        "poses_per_s": frames / lasted_s,
        "posed_share": len(posed_at) / len(shown),
        "signalled_share": len(signalled) / len(shown),
        "speed": len(shown) / SOURCE_FPS / lasted_s,
        "processor_ms": 1000 * worked_s / len(shown),
        "gap_s": gap_s,
        "gap_inferences": gap_s / inference_s,
    }
    return Measurement(
        "live",
        what,
        "{frame_ms:.1f} ms a frame, {poses_per_s:.1f} poses/s; {share:.0%} of the {count} frames on the screen with "
        "their own pose; longest without one {gap_s:.2f} s, {gap_inferences:.1f} x the longest inference and a frame; "
        "{signals}played at {speed:.2f} x real time, {processor_ms:.0f} ms of processor time a frame on the "
        "screen".format(
            share=figures["posed_share"],
            count=len(shown),
            signals=f"signals of {figures['signalled_share']:.0%} of the frames; " if signalled else "",
            **figures,
        ),
        figures,
        "50 poses/s" if is_gpu else "never behind the playhead by more than one inference",
        figures["posed_share"] > GPU_SHARE if is_gpu else figures["gap_inferences"] <= 1,
    )


@contextmanager
def _noted(inferences: list[_Inference]) -> Iterator[None]:
    """Note what the live engine does that is made meanwhile."""
    estimate = DeviceRunner.estimate

    def timed(runner: DeviceRunner, pictures: Sequence[Picture], *asked: Any, **more: Any) -> EstimatedPoses:
        began = time.perf_counter()
        poses = estimate(runner, pictures, *asked, **more)
        inferences.append(_Inference(time.perf_counter() - began, len(pictures)))
        return poses

    with patch.object(DeviceRunner, "estimate", timed):
        yield


# A dive as a whole


def _batch(device: str, title: str) -> Iterator[Measurement]:
    """Decode frames; find the poses in decoded frames; do both."""
    estimator = load_estimator(None, device)
    stretch = Stretch(0, FRAMES - 1, (whole_crop(720, 300, _CROP_PX, _CROP_PX),))
    with open_video(full_hd_clip()) as reader:
        began = time.perf_counter()
        pictures = [picture for _, picture in reader.frames(0, FRAMES)]
        decode_s = time.perf_counter() - began
        estimator.estimate(pictures[:AT_ONCE], stretch.regions * AT_ONCE)
        began = time.perf_counter()
        for first in range(0, FRAMES, AT_ONCE):
            estimator.estimate(pictures[first : first + AT_ONCE], stretch.regions * AT_ONCE)
        pose_s = time.perf_counter() - began
        del pictures
        began = time.perf_counter()
        for _ in find_poses(estimator, reader, stretch):
            pass
        both_s = time.perf_counter() - began
    figures = {
        "frames_per_s": FRAMES / both_s,
        "decoded_per_s": FRAMES / decode_s,
        "posed_per_s": FRAMES / pose_s,
        "of_decoding": decode_s / both_s,
        "of_slower": max(decode_s, pose_s) / both_s,
    }
    yield Measurement(
        "live",
        f"find the poses of {FRAMES} frames of 1080p50, {title}",
        "{frames_per_s:.1f} frames/s, {of_decoding:.2f} x the speed of decoding them into pictures, which is "
        "{decoded_per_s:.0f} frames/s; {of_slower:.2f} x that of the slower half, the poses alone being "
        "{posed_per_s:.0f} frames/s".format(**figures),
        figures,
    )


# The network alone


def _network(weights: Path, device: str, title: str) -> Iterator[Measurement]:
    """The network in each precision and order of memory, taking turns, and what it could reach at best."""
    model = load_pose_model(weights).model.to(device)
    last = load_pose_model(weights).model.to(device)
    last.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's
    pictures = torch.randn(AT_ONCE, 3, *model.input_size, generator=torch.Generator().manual_seed(0)).to(device)
    pictures_last = pictures.contiguous(memory_format=torch.channels_last)

    def run(network: Callable[[torch.Tensor], Any], shown: torch.Tensor, is_half: bool) -> None:
        with half(device, is_half):
            network(shown)

    ways = {
        "float32": partial(run, model, pictures, False),
        "float32, colours last": partial(run, last, pictures_last, False),
        "bfloat16": partial(run, model, pictures, True),
        "bfloat16, colours last": partial(run, last, pictures_last, True),
    }
    best_s = quickest_s(ways, device)
    ratios = {name: best_s[name] / best_s["float32"] for name in ways}
    yield Measurement(
        "live",
        f"the network alone, {AT_ONCE} crops at once, {title}",
        f"{1000 * best_s['float32'] / AT_ONCE:.2f} ms a crop in float32; "
        + ", ".join(f"{ratio:.2f} x that in {name}" for name, ratio in ratios.items() if name != "float32"),
        {f"{name} ms": 1000 * seconds / AT_ONCE for name, seconds in best_s.items()},
    )
    is_half = is_half_precision_quick(device)
    used = "bfloat16, colours last" if is_half else "float32, colours last"
    with torch.inference_mode():
        work = counted(ways[used])
    peak = measured_peak(device, torch.bfloat16 if is_half else torch.float32)
    yield _against_roofline(used, title, work, peak, best_s[used])


def _against_roofline(way: str, title: str, work: Work, peak: Peak, took_s: float) -> Measurement:
    figures = {
        "operations": work.operations / AT_ONCE,
        "moved_bytes": work.moved_bytes / AT_ONCE,
        "peak_operations_per_s": peak.operations_per_s,
        "peak_bytes_per_s": peak.bytes_per_s,
        "of_roofline": peak.shortest_s(work) / took_s,
    }
    return Measurement(
        "live",
        f"the network in {way} against the roofline, {title}",
        "{:.2f} of the speed that the roofline allows: {:.2f} GFLOP and {:.1f} MB a crop, "
        "at most {:.0f} GFLOP/s (matrix product) and {:.1f} GB/s (copy)".format(
            figures["of_roofline"],
            figures["operations"] / 1e9,
            figures["moved_bytes"] / 1e6,
            peak.operations_per_s / 1e9,
            peak.bytes_per_s / 1e9,
        ),
        figures,
    )


if __name__ == "__main__":
    main()
