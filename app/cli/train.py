"""`divereview train`: train networks on data sets."""

from __future__ import annotations

import inspect

import typer

from app.cli.train_classifier import classifier
from app.cli.train_detector import detector
from app.cli.train_locator import locator
from app.cli.train_pose import pose


def train_application() -> typer.Typer:
    """`train` with its networks."""
    application = typer.Typer(
        help="Train networks on data sets, simulated or exported.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
    )
    application.command("detector", help=(inspect.getdoc(detector) or "").replace("\\b", "\b"))(detector)
    application.command("locator", help=(inspect.getdoc(locator) or "").replace("\\b", "\b"))(locator)
    application.command("classifier", help=(inspect.getdoc(classifier) or "").replace("\\b", "\b"))(classifier)
    application.command("pose", help=(inspect.getdoc(pose) or "").replace("\\b", "\b"))(pose)
    application.callback()(_group)
    return application


def _group() -> None:
    """Train networks on data sets, simulated or exported."""
