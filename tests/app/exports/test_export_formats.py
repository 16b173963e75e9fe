"""The text formats against files worked out by hand, for one small review."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from reviews import Facts, at

from app.document.document import ReviewDocument
from app.document.records import ReviewStatus
from app.exports.csv_files import cell_text
from app.exports.errors import ExportError
from app.exports.registry import EXPORTS, export
from inference.progress import Cancelled, CancelToken
from inference.results import (
    BallisticPath,
    CameraMotion,
    Candidate,
    DetectedDive,
    Interval,
    ModelIdentity,
    Predictions,
    Trajectory,
)

# y = 100 - 200 τ + ½ 981 τ²: 100 px are a metre at 9.81 m/s². x = 50 + 25 τ.
PATH = BallisticPath(4.0, 50.0, 25.0, 100.0, -200.0, 981.0)
CANDIDATES = (Candidate(100, 4.0, 50.5, 100.25, 0.5, True), Candidate(101, 4.04, 9.0, 9.0, 0.25, False))


def shifting_camera():
    """Stabilised x is 10 px right of image x in frame 101, and the same from there on."""
    return CameraMotion(100, np.array([[[1, 0, x], [0, 1, 0], [0, 0, 1]] for x in (0.0, 10.0)]))


@pytest.fixture
def document(tmp_path):
    """One accepted dive over frames 100 to 102, one unreviewed and one rejected."""
    with ReviewDocument.create(tmp_path / "review.divereview", person="Ann") as document:
        video = document.add_video(tmp_path / "pool.mp4", Facts(), "fingerprint-1")
        trajectory = Trajectory(PATH, CANDIDATES, shifting_camera(), 0.125)
        accepted = DetectedDive(Interval(at(100), at(102)), 0.75, trajectory, "platform-10", "5152B", 0.5)
        rest = [DetectedDive(Interval(at(frame), at(frame + 30)), 0.5) for frame in (200, 300)]
        document.store_predictions(video.id, Predictions(ModelIdentity("motion", "1"), {}, 0, 999, (accepted, *rest)))
        first, _, third = document.dives(video.id)
        document.set_status(first.id, ReviewStatus.ACCEPTED)
        document.set_status(third.id, ReviewStatus.REJECTED)
        document.set_note(first.id, '=1+1, "nice"')
        yield document


def dives(document):
    return document.dives(document.videos()[0].id)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_activitynet(document, tmp_path):
    (folder,) = export(document, tmp_path / "out", ["activitynet"])

    assert json.loads((folder / "activitynet.json").read_text(encoding="utf-8")) == {
        "version": "DiveReview ActivityNet 1",
        "taxonomy": [
            {"nodeId": 0, "nodeName": "Root", "parentId": None, "parentName": None},
            {"nodeId": 1, "nodeName": "dive", "parentId": 0, "parentName": "Root"},
            {"nodeId": 2, "nodeName": "5152B", "parentId": 1, "parentName": "dive"},
        ],
        "database": {
            "pool": {
                "duration": 40.0,
                "subset": "training",
                "resolution": "640x360",
                "url": "",
                "file": "pool.mp4",
                "fps": 25.0,
                "annotations": [{"segment": [4.0, 4.08], "label": "5152B"}],
            }
        },
    }


def test_activitynet_with_unreviewed_dives_never_has_rejected_ones(document, tmp_path):
    (folder,) = export(document, tmp_path / "out", ["activitynet"], reviewed_only=False, include_rejected=True)

    content = json.loads((folder / "activitynet.json").read_text(encoding="utf-8"))
    assert content["database"]["pool"]["annotations"] == [
        {"segment": [4.0, 4.08], "label": "5152B"},
        {"segment": [8.0, 9.2], "label": "dive"},
    ]


def test_trajectories(document, tmp_path):
    (folder,) = export(document, tmp_path / "out", ["trajectories"])
    dive = dives(document)[0].id

    table = rows(folder / "trajectories.csv")
    assert table[0] == ["video", "dive", "frame", "seconds", "x", "y", "inlier", "source"]
    assert [row[:4] + row[6:] for row in table[1:]] == [
        ["pool", dive, "100", "4.0", "true", "model"],
        ["pool", dive, "101", "4.04", "false", "model"],
        ["pool", dive, "102", "4.08", "false", "model"],
    ]
    # at τ = 0.04: x = 50 + 1 - 10, y = 100 - 8 + 0.7848; at τ = 0.08: x = 50 + 2 - 10, y = 100 - 16 + 3.1392
    assert [(float(row[4]), float(row[5])) for row in table[1:]] == [
        (50.0, 100.0),
        pytest.approx((41.0, 92.7848)),
        pytest.approx((42.0, 87.1392)),
    ]
    assert (folder / "candidates.csv").read_bytes().decode() == (
        "video,dive,frame,seconds,x,y,inlier,score\r\n"
        f"pool,{dive},100,4.0,50.5,100.25,true,0.5\r\n"
        f"pool,{dive},101,4.04,9.0,9.0,false,0.25\r\n"
    )


def test_a_path_made_by_hand_says_so(document, tmp_path):
    document.set_path(dives(document)[0].id, BallisticPath(4.0, 1.0, 0.0, 2.0, 0.0, 0.0))

    (folder,) = export(document, tmp_path / "out", ["trajectories"])

    assert {row[-1] for row in rows(folder / "trajectories.csv")[1:]} == {"person"}


def test_dive_sheet(document, tmp_path):
    (folder,) = export(document, tmp_path / "out", ["dive-sheet"])

    # τ from 0 to 0.08 s: the path rises throughout, by 200·0.08 - 490.5·0.08² = 12.8608 px = 0.13 m; at the end its
    # speed is (25, -200 + 78.48) px/s, so 1.24 m/s
    assert (folder / "dive_sheet.csv").read_bytes().decode() == (
        "video,number,start,end,start_frame,end_frame,start_s,end_s,board,code,description,dd,status,flight_time_s,"
        "height_above_take_off_m,drop_below_take_off_m,entry_speed_m_s,metric_uncertainty_percent,score,"
        "code_probability,source,note,dive\r\n"
        "pool,1,00:00:04.00,00:00:04.08,100,102,4.0,4.08,10 m platform,5152B,"
        f'"Forward 2½ somersaults, 1 twist, pike",2.9,accepted,0.08,'
        "0.13,-0.13,1.24,12.5,0.75,"
        f'0.5,model,"\'=1+1, ""nice""",{dives(document)[0].id}\r\n'
    )


@pytest.mark.parametrize(
    ("is_estimate", "measured"), [(False, ["0.04", "0.03", "-0.03", "0.62", "12.5"]), (True, [""] * 5)]
)
def test_the_dive_sheet_tells_metres_of_slow_motion_only_by_a_known_factor(document, tmp_path, is_estimate, measured):
    trajectory = Trajectory(PATH, CANDIDATES, shifting_camera(), 0.125)
    dive = DetectedDive(Interval(at(100), at(102)), 0.75, trajectory)
    settings = {"slow_motion_used": 2.0, "slow_motion_is_estimate": is_estimate}
    run = Predictions(ModelIdentity("motion", "1"), settings, 0, 999, (dive,))
    document.store_predictions(document.videos()[0].id, run)

    (folder,) = export(document, tmp_path / "out", ["dive-sheet"])

    # Twice as slow: half the seconds, a quarter of the metres, half the metres per second of the test above.
    header, row = rows(folder / "dive_sheet.csv")
    first = header.index("flight_time_s")
    assert row[first : first + 5] == measured


def test_a_dive_without_code_board_and_path_leaves_cells_empty(document, tmp_path):
    (folder,) = export(document, tmp_path / "out", ["dive-sheet"], reviewed_only=False)

    header, _, row = rows(folder / "dive_sheet.csv")
    cells = dict(zip(header, row, strict=True))
    empty = {name for name, cell in cells.items() if cell == ""}
    assert empty == {
        "board",
        "code",
        "description",
        "dd",
        "height_above_take_off_m",
        "drop_below_take_off_m",
        "entry_speed_m_s",
        "metric_uncertainty_percent",
        "code_probability",
        "note",
    }
    assert (cells["number"], cells["flight_time_s"], cells["status"]) == ("2", "1.2", "unreviewed")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (True, "true"),
        (3, "3"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-1.5, "-1.5"),
        ("=A1", "'=A1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=A1", "'\t=A1"),
        ("nice = good", "nice = good"),
    ],
)
def test_cells(cell, text):
    assert cell_text(cell) == text


def test_several_formats_stand_side_by_side(document, tmp_path):
    written = export(document, tmp_path / "out", ["dive-sheet", "activitynet", "dive-sheet"])

    assert written == [tmp_path / "out" / "dive-sheet", tmp_path / "out" / "activitynet"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["activitynet", "dive-sheet"]


def test_progress_never_goes_back(document, tmp_path):
    told = []
    export(
        document,
        tmp_path / "out",
        ["dive-sheet", "trajectories", "divereview-dataset"],
        progress=lambda fraction, what: told.append(fraction),
    )

    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_a_format_that_fails_takes_all_with_it(document, tmp_path):
    with pytest.raises(ExportError, match=r"The video .*pool\.mp4 is missing, and crops are cut from it; .* the other"):
        export(document, tmp_path / "new" / "out", ["dive-sheet", "crops"])

    assert list((tmp_path / "new").iterdir()) == []


def test_cancelling_takes_all_with_it(document, tmp_path):
    cancel = CancelToken()

    with pytest.raises(Cancelled):
        export(
            document,
            tmp_path / "new" / "out",
            ["activitynet", "dive-sheet"],
            progress=lambda fraction, what: cancel.cancel() if fraction > 0.5 else None,
            cancel=cancel,
        )

    assert list((tmp_path / "new").iterdir()) == []


def test_an_earlier_export_is_replaced_when_allowed(document, tmp_path):
    export(document, tmp_path / "out", ["activitynet"])
    with pytest.raises(ExportError, match="already exists"):
        export(document, tmp_path / "out", ["dive-sheet"])

    export(document, tmp_path / "out", ["dive-sheet"], overwrite=True)

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["dive-sheet"]


def test_a_folder_with_other_things_in_it_is_never_replaced(document, tmp_path):
    export(document, tmp_path / "out", ["activitynet"])
    (tmp_path / "out" / "thesis.txt").touch()

    with pytest.raises(ExportError, match="holds files that are not from an earlier export"):
        export(document, tmp_path / "out", ["dive-sheet"], overwrite=True)

    assert (tmp_path / "out" / "thesis.txt").exists()


@pytest.mark.parametrize("name", EXPORTS)
def test_no_reviewed_dive(document, tmp_path, name):
    document.set_status(dives(document)[0].id, ReviewStatus.UNREVIEWED)

    with pytest.raises(
        ExportError, match=r"None of the dives has been reviewed yet \(2 wait\); accept or correct some"
    ):
        export(document, tmp_path / "out", [name])


def test_no_dive_at_all(tmp_path):
    with ReviewDocument.create(tmp_path / "review.divereview") as document:
        with pytest.raises(ExportError, match="There is no video to export; open one in this review first"):
            export(document, tmp_path / "out", ["dive-sheet"])
        document.add_video(tmp_path / "pool.mp4", Facts(), "fingerprint-1")
        with pytest.raises(ExportError, match="There is no dive to export; analyse the video or mark a dive first"):
            export(document, tmp_path / "out", ["dive-sheet"])


def test_no_path(document, tmp_path):
    other = document.add_video(tmp_path / "diving.mp4", Facts(), "fingerprint-2")
    document.add_dive(other.id, at(10), at(20))

    with pytest.raises(ExportError, match="None of the dives has a path"):
        export(document, tmp_path / "out", ["trajectories"], video_ids=(other.id,))


@pytest.mark.parametrize("formats", [["pdf"], []])
def test_unknown_formats(document, tmp_path, formats):
    with pytest.raises(ExportError, match="choose from divereview-dataset, activitynet, trajectories, crops, dive-sh"):
        export(document, tmp_path / "out", formats)


def test_videos_of_the_same_name_are_told_apart(document, tmp_path):
    twin = document.add_video(tmp_path / "b" / "POOL.mp4", Facts(), "fingerprint-2")
    document.add_dive(twin.id, at(10), at(20))

    (folder,) = export(document, tmp_path / "out", ["dive-sheet"])

    assert [row[0] for row in rows(folder / "dive_sheet.csv")[1:]] == ["pool-ingerprint-1", "POOL-ingerprint-2"]


def test_only_the_videos_asked_for(document, tmp_path):
    other = document.add_video(tmp_path / "diving.mp4", Facts(), "fingerprint-2")
    document.add_dive(other.id, at(10), at(20))

    (folder,) = export(document, tmp_path / "out", ["dive-sheet"], video_ids=(other.id,))

    assert [row[0] for row in rows(folder / "dive_sheet.csv")[1:]] == ["diving"]
