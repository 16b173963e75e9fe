"""How many times faster than real time a video is decoded, and searched for dives."""

from __future__ import annotations

import time

import av
from footage import full_hd_clip
from measurement import Measurement, report

from inference.diving.finder import FinderSettings, find_dives
from inference.video.reader import open_video

BUDGET = 0.8


def main() -> None:
    """Decode every frame and do nothing with it, then read every frame as a picture, then find the dives."""
    path = full_hd_clip()
    with open_video(path) as reader:
        duration_s = reader.index.duration_s
        start = time.perf_counter()
        with av.open(str(path)) as container:
            container.streams.video[0].thread_type = "AUTO"
            for _ in container.decode(video=0):
                pass
        decoded = time.perf_counter()
        for _ in reader.frames():
            pass
        read = time.perf_counter()
        found = find_dives(reader, FinderSettings())
        searched = time.perf_counter()
    decode_x, read_x, find_x = (duration_s / seconds for seconds in (decoded - start, read - decoded, searched - read))
    figures = {"decode_x": decode_x, "read_x": read_x, "find_x": find_x, "ratio": find_x / decode_x}
    report(
        [
            Measurement(
                "finder",
                "read every frame of 1080p50 in full size",
                f"{read_x:.1f} x real time; decoding alone {decode_x:.1f} x",
                figures,
            ),
            Measurement(
                "finder",
                f"find all dives in 1080p50 by motion ({len(found.dives)} found)",
                f"{find_x:.1f} x real time, {find_x / decode_x:.2f} x the speed of decoding alone",
                figures,
                f"at least {BUDGET} x decoding alone",
                find_x / decode_x >= BUDGET,
            ),
        ]
    )


if __name__ == "__main__":
    main()
