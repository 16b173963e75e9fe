"""`divereview analyze`: find the dives of one or more videos and keep them in a review."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.analysis import analyse_video
from app.approach import METHODS, Approach, choose_approach
from app.cli.console import counted, say, shown_progress
from app.cli.failures import EXIT_FAILURE, is_foreseen, sentence_for
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.options import DeinterlaceOption, FpsOption, FramesOption
from app.cli.reviews import writable_review
from app.sources import SourceOptions
from inference.progress import Cancelled, CancelToken

if TYPE_CHECKING:
    from app.document.document import ReviewDocument
    from inference.diving.finder import FinderSettings
    from inference.results import DetectedDive


def _check_method(text: str) -> str:
    if text not in METHODS:
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(METHODS)}.")
    return text


def _check_finite(number: float | None) -> float | None:
    if number is not None and not math.isfinite(number):
        raise typer.BadParameter(f"{number} is no length of time or factor; give a finite number.")
    return number


def _seconds_option(help_text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=0.01, metavar="SECONDS", callback=_check_finite, help=help_text)
    return option


def _threshold_option(help_text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=0.0, max=1.0, callback=_check_finite, help=help_text)
    return option


def analyze(
    videos: Annotated[
        list[Path], typer.Argument(metavar="VIDEO", readable=False, help="Video files or folders of images.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="R.divereview", help="The review; made, or added to.")],
    method: Annotated[
        str, typer.Option(metavar="|".join(METHODS), callback=_check_method, help="How dives are found.")
    ] = "auto",
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Use these weights of `train detector`."),
    ] = None,
    codes: Annotated[
        bool, typer.Option("--codes/--no-codes", help="Propose dive codes, if there is a classifier.")
    ] = True,
    classifier: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Use these weights of `train classifier`."),
    ] = None,
    frames: FramesOption = None,
    min_duration: Annotated[float | None, _seconds_option("Shortest flight, as the video plays.")] = None,
    max_duration: Annotated[float | None, _seconds_option("Longest flight, as the video plays.")] = None,
    slow_motion: Annotated[
        float | None,
        typer.Option(
            min=0.01, metavar="FACTOR", callback=_check_finite, help="How many times slower than life it plays."
        ),
    ] = None,
    sensitivity: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Higher finds fainter dives, and more that are none.")
    ] = None,
    min_score: Annotated[float | None, _threshold_option("Least score of a dive, from its three signals.")] = None,
    min_boundary: Annotated[float | None, _threshold_option("Least start and end signal of a dive.")] = None,
    min_mid: Annotated[float | None, _threshold_option("Least mid signal of a dive.")] = None,
    min_prominence: Annotated[float | None, _threshold_option("Least height of a peak of the mid signal.")] = None,
    smoothing: Annotated[float | None, _seconds_option("Length of the window that signals are smoothed with.")] = None,
    scan: Annotated[float | None, _seconds_option("How far from a mid peak a dive's start and end may lie.")] = None,
    fps: FpsOption = None,
    deinterlace: DeinterlaceOption = None,
) -> None:
    r"""Find the dives of one or more videos and store them in a review.

    Whatever a person has decided in an existing review stays. Ctrl+C keeps the dives found so far, and what a network
    has seen is kept too: the same command goes on from there, even if the program was killed. A video that the review
    has already is read as it was then: its frame numbers depend on --deinterlace and --fps.

    --method auto takes the trained network if there is one, motion otherwise, which needs none, and both where nobody
    says how fast the video plays, as in a folder of images. With both, the dives that motion alone is sure of are added
    to those of the network. --sensitivity moves all thresholds of a network's
    signals together; --min-score, --min-boundary, --min-mid and --min-prominence set one each, and --smoothing and
    --scan the times that they are read with.

    \b
    Examples:
      divereview analyze training.mp4 --out training.divereview
      divereview analyze monday/*.mp4 --out monday.divereview
      divereview analyze replay.mp4 --out replay.divereview --slow-motion 4
      divereview analyze training.mp4 --out training.divereview --frames 3000-9000
      divereview analyze training.mp4 --out training.divereview --method both --weights mine.safetensors
    """
    if weights is not None and method == "motion":
        raise typer.BadParameter("--method motion uses no weights; leave out one of the two.")
    if classifier is not None and not codes:
        raise typer.BadParameter("--no-codes uses no classifier; leave out one of the two.")
    wanted = {
        "min_score": min_score,
        "min_boundary": min_boundary,
        "min_mid": min_mid,
        "min_prominence": min_prominence,
        "hann_s": smoothing,
        "scan_s": scan,
    }
    thresholds = {name: value for name, value in wanted.items() if value is not None}
    approach = choose_approach(method, weights, classifier=classifier, with_codes=codes, thresholds=thresholds)
    if approach.notice:
        say(approach.notice)
    work = Analysis(
        settings=finder_settings(
            min_duration_s=min_duration, max_duration_s=max_duration, slow_motion=slow_motion, sensitivity=sensitivity
        ),
        approach=approach,
        frame_range=frames,
        options=SourceOptions(deinterlace, fps),
    )
    approach.check()  # weights that cannot be used are said before anything is written
    with cancelled_by_interrupt() as cancel, writable_review(out) as document:
        succeeded = [work.run(document, video, cancel) for video in videos]
    if not all(succeeded):
        raise typer.Exit(EXIT_FAILURE)


def finder_settings(**wanted: float | None) -> FinderSettings:
    """The motion finder's settings with those changed that the person named.

    Raises:
        typer.BadParameter: if they contradict each other.
    """
    from inference.diving.finder import FinderSettings

    values = FinderSettings().to_dict() | {name: value for name, value in wanted.items() if value is not None}
    try:
        return FinderSettings(**values)
    except ValueError as error:
        raise typer.BadParameter(f"{error}.") from None


@dataclass(frozen=True, slots=True)
class Analysis:
    """How each of several videos is analysed."""

    settings: FinderSettings
    approach: Approach = field(default_factory=choose_approach)
    frame_range: tuple[int, int] | None = None
    options: SourceOptions = field(default_factory=SourceOptions)

    def run(self, document: ReviewDocument, video: Path, cancel: CancelToken) -> bool:
        """Analyse one video with a progress bar and say what came of it.

        Returns:
            Whether it could be analysed; if not, the reason has been said and other videos can still be.

        Raises:
            Cancelled: if cancelled; the sentence says what was kept.
        """
        found: list[DetectedDive] = []
        try:
            with shown_progress(video.name) as progress:
                findings = analyse_video(
                    document,
                    video,
                    self.settings,
                    approach=self.approach,
                    frame_range=self.frame_range,
                    options=self.options,
                    progress=progress,
                    cancel=cancel,
                    on_dive=found.append,
                    on_warning=say,
                )
        except Cancelled:
            goes_on = "" if self.approach.weights is None else " The same command goes on from there."
            kept = f"{counted(len(found), 'dive')} found in {video.name} until then, kept in {document.path}."
            raise Cancelled(f"Stopped; {kept}{goes_on}") from None
        except Exception as error:
            if not is_foreseen(error):
                raise
            say(sentence_for(error))
            return False
        added = sum(len(predictions.dives) for run, predictions in findings.runs if run.is_addition)
        by_motion = f", {added} of them by motion alone" if added else ""
        say(f"{video.name}: {counted(len(findings.dives), 'dive')} found{by_motion}.")
        return True
