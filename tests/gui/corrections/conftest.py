"""A window with dives to correct."""

from __future__ import annotations

import pytest

from tests.support.review_window import open_window, store_dives


@pytest.fixture
def window(qtbot, video):
    window = open_window(qtbot, video)
    store_dives(qtbot, window)
    window.video.canvas.setFocus()
    yield window
    window.close()
