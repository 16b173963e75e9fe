"""Showing an exact frame after a random seek, against PyAV's own seek and decode of the same frames."""

from __future__ import annotations

import random

import av
import numpy as np
from footage import full_hd_clip
from measurement import Measurement, percentiles, report, timed_ms

from inference.video.reader import open_video

SEEKS = 60
BUDGET = 1.3


def main() -> None:
    """Alternate between the two readers, so that whatever else the machine does hits both alike."""
    path = full_hd_clip()
    ours, theirs = [], []
    with open_video(path) as reader, av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        targets = random.Random(1).choices(range(reader.index.frame_count), k=SEEKS)
        for target in targets:
            pts = int(reader.index.pts[target])
            ours.append(timed_ms(lambda target=target: reader.read(target)))
            theirs.append(timed_ms(lambda pts=pts: _seek_and_decode(container, stream, pts)))
    ratio = float(np.median(ours) / np.median(theirs))
    figures = {f"ours_{name}": value for name, value in percentiles(ours).items()}
    figures |= {f"pyav_{name}": value for name, value in percentiles(theirs).items()} | {"ratio": ratio}
    report(
        [
            Measurement(
                "seek",
                "exact frame after a random seek, 1080p, GOP 250",
                f"{ratio:.2f} x PyAV's own seek-and-decode (median {np.median(ours):.0f} ms to "
                f"{np.median(theirs):.0f} ms, {SEEKS} seeks)",
                figures,
                f"median within {BUDGET} x",
                ratio <= BUDGET,
            )
        ]
    )


def _seek_and_decode(container: av.container.InputContainer, stream: av.VideoStream, pts: int) -> np.ndarray:
    container.seek(pts, stream=stream, backward=True)
    for frame in container.decode(stream):
        if frame.pts is not None and frame.pts >= pts:
            return frame.to_ndarray(format="bgr24")
    raise AssertionError(f"no frame at {pts}")


if __name__ == "__main__":
    main()
