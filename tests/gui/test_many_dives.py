"""What is kept from one showing of many dives to the next is what would be made anew."""

from __future__ import annotations

import gc
import random
from dataclasses import replace

import numpy as np
import pytest

from app.document.records import Dive, ReviewStatus
from app.window.dive_values import DiveViews
from inference.results import FrameTime
from tests.support.review_window import make_clip, open_window, store_dives
from widgets.dive_data import DiveRow
from widgets.dives_model import FEW, DivesModel
from widgets.time_axis import TimeAxis
from widgets.timeline.dive_bars import MOST_LANES, DiveBars, TimelineDive

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def dive(number: int, *, start: int | None = None, code: str | None = "101C") -> Dive:
    start = 100 * number if start is None else start
    ends = FrameTime(start, start / 25), FrameTime(start + 30, start / 25 + 1.2)
    status, none = ReviewStatus.UNREVIEWED, frozenset()
    return Dive(
        f"dive {number}",
        "v",
        *ends,
        None,
        code,
        None,
        0.5,
        status,
        "model",
        "",
        False,
        none,
        predicted=None,
        provenance={},
    )


def row(number: int, **values) -> DiveRow:
    return DiveRow(f"dive {number}", number, FrameTime(100 * number, 4.0 * number), FrameTime(99, 1.0), **values)


def lanes_one_by_one(spans):
    """The lowest lane that no earlier dive reaches into, the one that is free first where six are taken."""
    free_from, lanes = [], []
    for start, end in spans:
        free = [lane for lane, frame in enumerate(free_from) if frame <= start]
        if free:
            lane = free[0]
        elif len(free_from) < MOST_LANES:
            lane = len(free_from)
            free_from.append(0)
        else:
            lane = free_from.index(min(free_from))
        free_from[lane] = max(free_from[lane], end + 1)
        lanes.append(lane)
    return lanes


@pytest.mark.parametrize("longest", [5, 60, 400])
def test_lanes_are_those_found_dive_by_dive(longest):
    pick = random.Random(longest)
    spans = sorted((start, start + pick.randrange(longest)) for start in (pick.randrange(2000) for _ in range(150)))
    dives = [TimelineDive(f"{place:03}", *span) for place, span in enumerate(spans)]
    shuffled = pick.sample(dives, len(dives))
    bars = DiveBars(shuffled, TimeAxis(3000, np.arange(3000) / 25))
    assert bars.dives == dives
    assert bars.lane.tolist() == lanes_one_by_one(spans)
    assert bars.start_s.tolist() == [start / 25 for start, _ in spans]


def test_lines_and_bars_kept_are_those_made_anew():
    views, dives = DiveViews(), tuple(dive(number, code=None if number % 3 else "201B") for number in range(20))
    changes = [
        lambda now: now,
        lambda now: (*now[:4], replace(now[4], status=ReviewStatus.REJECTED), *now[5:]),
        lambda now: (*now[:4], now[5], now[4], *now[6:]),
        lambda now: (dive(99, start=1), *now),
        lambda now: now[:7] + now[8:],
        lambda now: now[:-1],
        lambda now: (*now, dive(98, code=None)),
        lambda now: (),
        lambda now: (dive(1),),
    ]
    for change in changes:
        dives = change(dives)
        assert views.rows(dives) == DiveViews().rows(dives)
        assert views.bars(dives) == DiveViews().bars(dives)
        assert [line.number for line in views.rows(dives)] == list(range(1, len(dives) + 1))


def test_what_was_given_before_is_not_changed_by_what_comes_after():
    views, dives = DiveViews(), (dive(1), dive(2))
    rows, bars = views.rows(dives), views.bars(dives)
    changed = (dives[0], replace(dives[1], code="405B"))
    assert (views.rows(changed)[1].code, rows[1].code) == ("405B", "101C")
    assert (views.bars(changed)[1].label, bars[1].label) == ("405B", "101C")


@pytest.mark.parametrize("count", [1, FEW, FEW + 1])
def test_a_table_shows_what_a_new_one_would(count):
    model, rows = DivesModel(), [row(number, score=number / 20) for number in range(20)]
    model.sort(4)  # by score
    model.set_filter("", ["unreviewed"])
    model.set_dives(tuple(rows))
    for place in range(count):
        rows[place] = replace(rows[place], score=0.99 - place / 100, status="accepted" if place % 2 else "unreviewed")
    model.set_dives(tuple(rows))
    new = DivesModel()
    new.sort(4)
    new.set_filter("", ["unreviewed"])
    new.set_dives(tuple(rows))
    assert model.shown_ids() == new.shown_ids()
    assert [model.dive(each.id) for each in rows] == rows
    assert model.status_counts() == new.status_counts()


def test_a_table_follows_single_changes_between_whole_ones():
    model, rows = DivesModel(), tuple(row(number) for number in range(4))
    model.set_dives(rows)
    model.remove_dive("dive 2")
    model.update_dive(replace(rows[1], status="rejected"))
    model.set_dives(rows)
    assert model.shown_ids() == tuple(each.id for each in rows)
    assert model.dive("dive 1") is rows[1]


def test_garbage_is_not_looked_for_among_what_stays_open(qtbot, tmp_path):
    window = open_window(qtbot, make_clip(tmp_path))
    store_dives(qtbot, window)
    assert gc.get_freeze_count() > 0
    window.session.close()
    assert gc.get_freeze_count() == 0
