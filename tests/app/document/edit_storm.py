"""Random edits as fast as they go, in a process of their own that is there to be killed.

Run as a script: waits for a video id and a seed on stdin, then edits the review given as argument and prints the
number of each edit when its call has returned.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

from app.document.document import ReviewDocument
from app.document.records import Dive
from inference.results import FrameTime


def storm_of(seed: int) -> Iterator[tuple[str, int, str]]:
    """An endless sequence of edits: its kind, a number to choose with, and a text no other edit has."""
    generator = random.Random(seed)
    for count in range(sys.maxsize):
        kind = generator.choice(("add", "note all", "split", "merge", "merge", "move", "note", "undo", "redo"))
        yield kind, generator.randrange(1000), f"{seed}/{count}"


def content(dive: Dive) -> tuple[int, int, str]:
    """A dive as the simulation has it; the order of merged notes may depend on ids, so they are sorted."""
    return dive.start.frame, dive.end.frame, "\n".join(sorted(dive.note.splitlines()))


def edit(document: ReviewDocument, video_id: str, kind: str, number: int, text: str) -> None:
    """Do one edit of the storm to the document."""
    dives = sorted(document.dives(video_id), key=content)
    chosen = dives[number % len(dives)] if dives else None
    if kind == "undo":
        document.undo(video_id)
    elif kind == "redo":
        document.redo(video_id)
    elif kind == "add" or chosen is None:
        document.add_dive(video_id, at(1000 * number), at(1000 * number + 900))
    elif kind == "note all":
        with document.macro(video_id, "Change all notes"):
            for dive in dives:
                document.set_note(dive.id, text)
    elif kind == "split" and chosen.end.frame > chosen.start.frame:
        middle = (chosen.start.frame + chosen.end.frame) // 2
        document.split_dive(chosen.id, at(middle), at(middle + 1))
    elif kind == "merge" and len(dives) > 1:
        place = number % (len(dives) - 1)
        document.merge_dives([dives[place].id, dives[place + 1].id])
    elif kind == "move" and chosen.end.frame > chosen.start.frame:
        document.set_interval(chosen.id, at(chosen.start.frame + 1), at(chosen.end.frame))
    else:
        document.set_note(chosen.id, text)


def at(frame: int) -> FrameTime:
    """A frame time at 25 frames a second."""
    return FrameTime(frame, frame / 25)


def main(path: str) -> None:
    """Edit until killed."""
    video_id, seed = sys.stdin.readline().split()
    with ReviewDocument.open(path, person="storm") as document:
        if document.is_read_only:
            raise SystemExit(document.read_only_reason)
        for count, step in enumerate(storm_of(int(seed)), start=1):
            edit(document, video_id, *step)
            print(count, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
