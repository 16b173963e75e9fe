"""Settings that persist: where the window was, how it looked, what was open, which keys do what."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from app.approach import METHODS
from app.window.folders import config_folder
from widgets.colour_maps import COLOUR_MAPS

log = logging.getLogger(__name__)

RECENT_FILES = 12
OVERLAYS = ("path", "candidates", "crop", "pose", "ghost")
MAP_OVERLAYS = ("heatmap", "spread", "samples", "fields")
"""Of what led to a pose; they are off until switched on, since they cost work."""
OFF_AT_FIRST = (*MAP_OVERLAYS, "signals")


class Settings:
    """Typed access to one ini file; a value that cannot be read counts as not set."""

    def __init__(self, path: Path | None = None) -> None:
        self._store = QSettings(str(path or config_folder() / "divereview.ini"), QSettings.Format.IniFormat)

    def sync(self) -> None:
        """Write everything to disk now."""
        self._store.sync()

    @property
    def geometry(self) -> QByteArray | None:
        """Place and size of the window."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    @property
    def layout(self) -> QByteArray | None:
        """Docks and toolbars."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, value: QByteArray) -> None:
        self._store.setValue("window/layout", value)

    @property
    def theme(self) -> str:
        """Either "dark" or "light"."""
        return "light" if self._store.value("view/theme") == "light" else "dark"

    @theme.setter
    def theme(self, value: str) -> None:
        self._store.setValue("view/theme", value)

    @property
    def speed(self) -> float:
        """Playback speed, times real time."""
        try:
            return float(str(self._store.value("play/speed", "1")))
        except ValueError:
            return 1.0

    @speed.setter
    def speed(self, value: float) -> None:
        self._store.setValue("play/speed", str(value))

    @property
    def direction(self) -> tuple[float, float]:
        """From where the pose is seen in 3D: azimuth and elevation in degrees."""
        values = self._json("view/direction", list)
        is_known = len(values) == 2 and all(type(each) in (int, float) and abs(each) <= 360 for each in values)
        return (float(values[0]), float(values[1])) if is_known else (30.0, 15.0)

    @direction.setter
    def direction(self, value: tuple[float, float]) -> None:
        self._store.setValue("view/direction", json.dumps(value))

    def is_overlay_shown(self, name: str) -> bool:
        """Whether an overlay of the canvas is switched on; all but `OFF_AT_FIRST` are until switched off."""
        otherwise = "false" if name in OFF_AT_FIRST else "true"
        return str(self._store.value(f"overlays/{name}", otherwise)).lower() != "false"

    def show_overlay(self, name: str, is_shown: bool) -> None:
        """Remember whether an overlay of the canvas is switched on."""
        self._store.setValue(f"overlays/{name}", "true" if is_shown else "false")

    @property
    def maps_joint(self) -> str:
        """Whose heatmaps lie over the picture: a joint's name, or what `maps_menu` has besides."""
        return str(self._store.value("overlays/joint", ""))

    @maps_joint.setter
    def maps_joint(self, value: str) -> None:
        self._store.setValue("overlays/joint", value)

    @property
    def maps_opacity(self) -> float:
        """Of the highest value of a heatmap over the picture."""
        try:
            return min(max(float(str(self._store.value("overlays/opacity", "0.8"))), 0.0), 1.0)
        except ValueError:
            return 0.8

    @maps_opacity.setter
    def maps_opacity(self, value: float) -> None:
        self._store.setValue("overlays/opacity", str(value))

    @property
    def maps_colours(self) -> str:
        """Colour map of heatmaps over the picture."""
        value = str(self._store.value("overlays/colours"))
        return value if value in COLOUR_MAPS else COLOUR_MAPS[0]

    @maps_colours.setter
    def maps_colours(self, value: str) -> None:
        self._store.setValue("overlays/colours", value)

    @property
    def is_unrolled(self) -> bool:
        """Whether the tracked crop is turned for the body to stand upright."""
        return str(self._store.value("view/unrolled", "false")).lower() == "true"

    @is_unrolled.setter
    def is_unrolled(self, value: bool) -> None:
        self._store.setValue("view/unrolled", "true" if value else "false")

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """Files opened last, newest first; files that are gone stay listed, a drive may come back."""
        return tuple(Path(name) for name in self._json("files/recent", list) if isinstance(name, str))

    def add_recent_file(self, path: Path) -> None:
        """Put a file at the top of the list."""
        path = path.absolute()
        recent = [path, *(other for other in self.recent_files if other != path)][:RECENT_FILES]
        self._store.setValue("files/recent", json.dumps([str(entry) for entry in recent]))

    def forget_recent_file(self, path: Path) -> None:
        """Take a file off the list."""
        recent = [str(entry) for entry in self.recent_files if entry != path]
        self._store.setValue("files/recent", json.dumps(recent))

    @property
    def shortcuts(self) -> dict[str, tuple[str, ...]]:
        """Keys a person gave to actions, by action id; actions with their default keys are absent."""
        return {
            action: tuple(str(key) for key in keys)
            for action, keys in self._json("keys/shortcuts", dict).items()
            if isinstance(keys, list)
        }

    @shortcuts.setter
    def shortcuts(self, value: dict[str, tuple[str, ...]]) -> None:
        self._store.setValue("keys/shortcuts", json.dumps({action: list(keys) for action, keys in value.items()}))

    @property
    def finder(self) -> dict[str, Any]:
        """Settings of the dive finder that differ from its defaults."""
        values: dict[str, Any] = self._json("analysis/finder", dict)
        return values

    @finder.setter
    def finder(self, value: dict[str, Any]) -> None:
        self._store.setValue("analysis/finder", json.dumps(value))

    @property
    def analysis_method(self) -> str:
        """How dives are looked for, one of `app.approach.METHODS`."""
        value = str(self._store.value("analysis/method", "auto"))
        return value if value in METHODS else "auto"

    @analysis_method.setter
    def analysis_method(self, value: str) -> None:
        self._store.setValue("analysis/method", value)

    @property
    def are_codes_proposed(self) -> bool:
        """Whether an analysis proposes dive codes, where there is a network for it."""
        return str(self._store.value("analysis/codes", "true")).lower() != "false"

    @are_codes_proposed.setter
    def are_codes_proposed(self, value: bool) -> None:
        self._store.setValue("analysis/codes", "true" if value else "false")

    @property
    def thresholds(self) -> dict[str, Any]:
        """Settings of how dives are read off a network's signals that differ from those the sensitivity implies."""
        values: dict[str, Any] = self._json("analysis/thresholds", dict)
        return values

    @thresholds.setter
    def thresholds(self, value: dict[str, Any]) -> None:
        self._store.setValue("analysis/thresholds", json.dumps(value))

    @property
    def pose_model(self) -> str:
        """Name of the pose model chosen last; empty before the first choice."""
        return str(self._store.value("pose/model", ""))

    @pose_model.setter
    def pose_model(self, value: str) -> None:
        self._store.setValue("pose/model", value)

    @property
    def pose_device(self) -> str:
        """Where pose models compute: auto, or the name of a device, which may not be there any more."""
        return str(self._store.value("pose/device", "auto"))

    @pose_device.setter
    def pose_device(self, value: str) -> None:
        self._store.setValue("pose/device", value)

    @property
    def export_folder(self) -> Path | None:
        """Folder that the last export went into."""
        value = self._store.value("export/folder")
        return Path(str(value)) if value else None

    @export_folder.setter
    def export_folder(self, value: Path) -> None:
        self._store.setValue("export/folder", str(value))

    @property
    def export_formats(self) -> tuple[str, ...]:
        """Formats of the last export."""
        return tuple(str(name) for name in self._json("export/formats", list))

    @export_formats.setter
    def export_formats(self, value: tuple[str, ...]) -> None:
        self._store.setValue("export/formats", json.dumps(list(value)))

    def _bytes(self, key: str) -> QByteArray | None:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else None

    def _json(self, key: str, kind: type) -> Any:
        text = self._store.value(key)
        if text is None:
            return kind()
        try:
            value = json.loads(str(text))
        except ValueError:
            log.warning("The setting %s in %s is not readable and is ignored.", key, self._store.fileName())
            return kind()
        return value if isinstance(value, kind) else kind()
