"""A heatmap on the screen: colours in their places, profiles, and how panels share the room."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from inference.pose.heatmap_facts import Heatmap, HeatmapGrid, heatmap_facts
from widgets.colour_maps import colour_table
from widgets.heatmaps import HeatmapPanel, HeatmapStyle, StageStep
from widgets.heatmaps.heatmap_painter import PanelLayout
from widgets.heatmaps.heatmap_panel import columns_of, fact_lines
from widgets.heatmaps.heatmap_view import HeatmapView
from widgets.theme import current_theme

PMM = np.array([[0.0, 0.1, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.5, 0.0, 0.0, 0.4]], np.float32)
GRID = HeatmapGrid(4, 4, (-1.0, -1.0, 1.0, 1.0), (40, 40))
TO_IMAGE = np.array([[2.0, 0.0, 100.0], [0.0, 2.0, 50.0]])


def panel(**changes) -> HeatmapPanel:
    heatmap = Heatmap(PMM, PMM, GRID)
    crop = np.full((40, 40, 3), 90, np.uint8)
    return HeatmapPanel("model", crop, TO_IMAGE, heatmap, heatmap_facts(heatmap), **changes)


@pytest.fixture
def view(qtbot):
    view = HeatmapView(panel(), HeatmapStyle("normalised", "viridis", 1.0))
    qtbot.addWidget(view)
    view.resize(420, 400)
    view.show()
    return view


def colour_at(view, x, y):
    at = view.layout_of_panel.to_widget((x, y)).toPoint()
    ratio = view.devicePixelRatioF()
    return view.grab().toImage().pixelColor(round(at.x() * ratio), round(at.y() * ratio))


def test_each_value_has_its_colour_at_its_place(view):
    table = colour_table("viridis")
    # In the corners of the heatmap's pixels, where no cross is drawn.
    for place, share in (((2, 32), 1.0), ((38, 38), 0.8), ((12, 2), 0.2), ((38, 2), 0.0)):
        assert colour_at(view, *place) == QColor(*table[round(255 * share)].tolist()), place


def test_a_transparent_heatmap_shows_the_crop(view):
    view.show_panel(panel(), HeatmapStyle("normalised", "viridis", 0.0))
    assert colour_at(view, 2, 32) == QColor(90, 90, 90)


def test_the_note_stands_where_there_is_no_heatmap(view):
    with_note = HeatmapPanel("model", np.full((40, 40, 3), 255, np.uint8), TO_IMAGE, note="Not yet.")
    view.show_panel(with_note, HeatmapStyle())
    assert colour_at(view, 2, 2).lightness() < 140
    assert view.accessibleDescription() == "Not yet."


def test_beyond_what_a_stage_saw_the_crop_is_darker(view):
    step = StageStep(np.array([10.0, 10.0, 30.0, 30.0]), np.array([20.0, 20.0]), np.array([26.0, 20.0]))
    view.show_panel(HeatmapPanel("model", np.full((40, 40, 3), 90, np.uint8), TO_IMAGE, step=step), HeatmapStyle())
    assert colour_at(view, 15, 26) == QColor(90, 90, 90)
    for place in ((3, 3), (20, 36), (37, 20)):
        assert colour_at(view, *place).lightness() == pytest.approx(45, abs=1), place
    # The line from the place before to the one that it says, and the cross there.
    assert max(colour_at(view, 23, 20 + shift / 20).lightness() for shift in (-1, 0, 1)) > 200
    cross = colour_at(view, 26, 20)
    assert cross.blue() - cross.red() > 100


def test_a_panel_has_profiles_where_there_is_room():
    wide, narrow = (PanelLayout.of(QRectF(0, 0, width, 300), (40, 40)) for width in (400, 200))
    assert narrow.profile_x is narrow.profile_y is None
    assert wide.profile_x.width() == wide.picture.width()
    assert wide.profile_y.height() == wide.picture.height()
    for layout in (wide, narrow):
        assert layout.bar.right() < 400
        x, y = layout.to_crop(layout.to_widget((12.5, 30)))
        assert (x, y) == pytest.approx((12.5, 30))
        assert layout.to_crop(QPointF(layout.picture.right() + 2, layout.picture.top())) is None


def test_a_panel_without_values_is_all_picture():
    layout = PanelLayout.of(QRectF(0, 0, 300, 600), (40, 40), has_scale=False)
    assert layout.picture.width() == 300
    assert layout.profile_x is layout.profile_y is None


def test_panels_stand_where_they_are_largest():
    assert columns_of([1, 1], 800, 300) == 2
    assert columns_of([1, 1], 300, 800) == 1
    assert columns_of([8], 400, 400) == 3
    assert columns_of([4, 4], 300, 800) == 4
    assert columns_of([], 300, 300) == 1


def test_the_planes_of_a_stage_stand_together():
    assert columns_of([3], 900, 300, planes=3) == 3
    assert columns_of([3], 400, 400, planes=3) == 2  # zy beside xy, and xz below it
    assert columns_of([6], 400, 400, planes=3) == 3
    assert columns_of([12], 1200, 300, planes=3) == 6
    assert columns_of([3, 3], 900, 600, planes=3) == 3


@pytest.mark.parametrize(("plane", "along", "size"), [("zy", 1, (40, 20)), ("xz", 0, (20, 20))])
def test_a_plane_with_depth_is_as_large_as_the_crop_that_it_stands_beside(plane, along, size):
    crop = np.zeros((40, 20, 3), np.uint8)
    picture, deep = HeatmapPanel("model", crop, TO_IMAGE), HeatmapPanel("model", crop, TO_IMAGE, plane=plane)
    assert (deep.size, deep.span) == (size, (-1, -1, 1, 1))
    beside, below = (PanelLayout.of_panel(QRectF(0, 0, 1200, 600), each) for each in (picture, deep))
    if plane == "zy":
        assert beside.picture.size() == below.picture.size()
        # A quarter down the crop is the same height in both.
        assert beside.to_widget((7, 10)).y() == pytest.approx(below.to_widget((0.9, -0.5)).y())
    assert below.to_crop(below.to_widget((0.25, -0.75))) == pytest.approx((0.25, -0.75))
    shared = deep.in_words([0.5, -0.5]).rsplit(" ", 1)[1]
    assert float(shared) == (10.0 if along == 1 else 15.0)


def test_where_nothing_was_photographed_the_ground_is_plain_and_the_map_opaque(view):
    # Over the lower right quarter of the plane.
    heatmap = Heatmap(PMM, PMM, HeatmapGrid(4, 4, (0.0, 0.0, 1.0, 1.0), (40, 40), "zy"))
    white = np.full((40, 40, 3), 255, np.uint8)
    deep = HeatmapPanel("model", white, TO_IMAGE, heatmap, heatmap_facts(heatmap), plane="zy")
    view.show_panel(deep, HeatmapStyle("normalised", "viridis", 0.0))
    assert colour_at(view, -0.5, -0.5) == QColor(current_theme().field)
    table = colour_table("viridis")
    for place, share in (((0.05, 0.8), 1.0), ((0.95, 0.95), 0.8), ((0.3, 0.05), 0.2), ((0.95, 0.05), 0.0)):
        shown = colour_at(view, *place).getRgb()[:3]
        assert shown == pytest.approx(table[round(255 * share)].tolist(), abs=2), place


def test_a_note_goes_on_beside_and_below_a_small_picture(view):
    view.resize(110, 140)
    crop = np.zeros((40, 40, 3), np.uint8)
    shown = []
    for note in ("", "flat has no heatmaps in the zy plane."):
        view.show_panel(HeatmapPanel("flat", crop, TO_IMAGE, note=note, plane="zy"), HeatmapStyle())
        shown.append(view.grab().toImage())
    assert view.layout_of_panel.picture.right() < 60
    before, after = (image.pixelColor(104, 136) for image in shown)
    assert after.lightness() < before.lightness()


def test_facts_in_words():
    facts = dict(fact_lines(panel(score=0.25)))
    assert facts["Peak"] == "0.5 raw · 0.5 of the mass"
    assert facts["Argmax"] == "5.0, 35.0 · image 110.0, 120.0"
    assert facts["Expectation"] == "18.0, 32.0 · image 136.0, 114.0"
    assert facts["Argmax to expectation"] == f"{np.hypot(13, 3):.2f} px"
    assert facts["Confidence"] == "0.25"
    assert dict(fact_lines(panel(), is_short=True))["Argmax"] == "5.0, 35.0"
