"""Where the program keeps its settings, its log and reviews that have no better place."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APPLICATION = "DiveReview"


def config_folder() -> Path:
    """Folder of settings; DIVEREVIEW_CONFIG_DIR overrides the platform's place."""
    override = os.environ.get("DIVEREVIEW_CONFIG_DIR")
    return Path(override) if override else Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))


def log_folder() -> Path:
    """Folder of the log and of crash reports; inside DIVEREVIEW_CONFIG_DIR where that is set."""
    override = os.environ.get("DIVEREVIEW_CONFIG_DIR")
    return Path(override) / "log" if override else Path(platformdirs.user_log_dir(APPLICATION, appauthor=False))


def documents_folder() -> Path:
    """Folder of reviews of videos whose own folder cannot be written to."""
    override = os.environ.get("DIVEREVIEW_CONFIG_DIR")
    return Path(override) / "reviews" if override else Path(platformdirs.user_documents_dir()) / APPLICATION
