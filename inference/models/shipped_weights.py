"""Weights that come with the program, in the folder weights of the resources. Knows no torch."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

FOLDER = Path(str(resources.files("resources"))) / "weights"


def shipped_weights(name: str) -> Path | None:
    """The file with a network's weights, "detector" say; None if this program comes without them."""
    path = FOLDER / f"{name}.safetensors"
    return path if path.is_file() else None


def shipped_pose_models() -> dict[str, Path]:
    """The pose models that come with the program, by name; the first is the one to take if in doubt."""
    paths = sorted(FOLDER.glob("pose*.safetensors"), key=lambda path: path.stem)
    return {path.stem: path for path in paths}
