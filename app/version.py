"""The version of the program, installed or run from its source tree."""

from __future__ import annotations

import importlib.metadata
import tomllib
from pathlib import Path

SOURCE_TREE = Path(__file__).resolve().parents[1]


def program_version() -> str:
    """The version in pyproject.toml where the source tree is there, else that of the installed package."""
    project_file = SOURCE_TREE / "pyproject.toml"
    if project_file.is_file():
        version: str = tomllib.loads(project_file.read_text(encoding="utf-8"))["project"]["version"]
        return version
    return importlib.metadata.version("divereview")
