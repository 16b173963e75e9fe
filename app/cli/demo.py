"""`divereview demo`: the whole way from a video to an export on a clip that the program simulates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.analyze import Analysis, finder_settings
from app.cli.console import counted, say, shown_progress, write_table
from app.cli.failures import EXIT_FAILURE
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.open_window import show_window
from app.cli.reviews import writable_review
from app.cli.screen import has_visible_screen

if TYPE_CHECKING:
    from app.document.document import ReviewDocument
    from inference.progress import CancelToken

FORMATS = ("divereview-dataset", "trajectories", "dive-sheet")


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="Do not open the window at the end.")] = False,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where the files go.")] = Path(
        "divereview-demo"
    ),
) -> None:
    r"""Find the dives of a simulated clip and open the window on them.

    Leaves the clip, a review file, an export and a contact sheet in the folder and prints where they are. Without a
    screen it ends there.

    \b
    Examples:
      divereview demo
      divereview demo --headless --out /somewhere/else
    """
    files = DemoFiles(out)
    with cancelled_by_interrupt() as cancel:
        make_demo(files, cancel)
    write_table((), files.listing())
    if headless:
        return
    if has_visible_screen():
        raise typer.Exit(show_window(files.review))
    say("There is no screen here, so the window stays closed.")


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Where the demo puts what it makes."""

    folder: Path

    @property
    def video(self) -> Path:
        """The clip."""
        return self.folder / "demo-clip.mp4"

    @property
    def review(self) -> Path:
        """The review of the clip."""
        return self.folder / "demo.divereview"

    @property
    def export(self) -> Path:
        """The folder of the export."""
        return self.folder / "export"

    @property
    def contact_sheet(self) -> Path:
        """The contact sheet."""
        return self.folder / "contact-sheet.png"

    def listing(self) -> list[tuple[str, str]]:
        """Each file with what it is."""
        return [
            ("video", str(self.video)),
            ("review", str(self.review)),
            ("export", str(self.export)),
            ("contact sheet", str(self.contact_sheet)),
        ]


def make_demo(files: DemoFiles, cancel: CancelToken) -> None:
    """Draw the clip (unless it is there from an earlier demo), analyse it, export it and lay out the contact sheet.

    Raises:
        OSError: if the folder cannot be written.
        DocumentError: if the review cannot be written.
        ExportError: if the export cannot be made.
        Cancelled: if cancelled; what is complete stays.
    """
    from app.demo.clip import write_demo_clip
    from app.exports.registry import export

    files.folder.mkdir(parents=True, exist_ok=True)
    if not files.video.exists():
        with shown_progress(files.video.name) as progress:
            write_demo_clip(files.video, progress=progress, cancel=cancel)
    with writable_review(files.review) as document:
        if not Analysis(finder_settings()).run(document, files.video, cancel):
            raise typer.Exit(EXIT_FAILURE)
        with shown_progress("Exporting") as progress:
            export(
                document, files.export, FORMATS, overwrite=True, reviewed_only=False, progress=progress, cancel=cancel
            )
        cancel.raise_if_cancelled()
        _write_contact_sheet(document, files)


def _write_contact_sheet(document: ReviewDocument, files: DemoFiles) -> None:
    import cv2

    from app.demo.contact_sheet import SheetDive, draw_contact_sheet
    from app.sources import open_reviewed

    video = document.videos()[0]
    rows = [SheetDive(dive, document.trajectory(dive.id)) for dive in document.dives(video.id)]
    what = f"{counted(len(rows), 'dive')} found in {files.video.name}"
    size = f"{video.width} x {video.height} px, {video.average_fps:g} frames/s, {video.duration_s:.1f} s"
    with open_reviewed(video, files.video) as reader:
        sheet = draw_contact_sheet("DiveReview demo", f"{what}: {size}", rows, reader)
    files.contact_sheet.write_bytes(cv2.imencode(".png", sheet)[1].tobytes())
