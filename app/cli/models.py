"""`divereview models`: the folder of pose models, and fetching well-known ones."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.console import say, shown_progress, write_json, write_table
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.options import JsonOption

_HEADER = ("name", "here", "licence", "what it is")


def models_application() -> typer.Typer:
    """`models` with its commands."""
    application = typer.Typer(
        help="Keep pose models of your own, and fetch well-known ones.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
    )
    for name, command in (("list", list_models), ("add", add), ("get", get), ("remove", remove)):
        application.command(name, help=(inspect.getdoc(command) or "").replace("\\b", "\b"))(command)
    application.callback()(_group)
    return application


def list_models(as_json: JsonOption = False) -> None:
    r"""List the models that are here, and those that can be fetched.

    \b
    Example:
      divereview models list
    """
    from app.pose_models import pose_model_choices
    from inference.models.model_store import models_folder, stored_models
    from inference.models.public_models import PUBLIC_MODELS

    stored = {model.name: model for model in stored_models()}
    shipped = [choice for choice in pose_model_choices() if choice.is_shipped]
    rows: list[dict[str, Any]] = [
        {
            "name": choice.name,
            "path": str(choice.path),
            "licence": "MIT",
            "title": f"{choice.title}, comes with the program",
            "source": None,
            "sha256": None,
        }
        for choice in shipped
    ]
    rows += [
        {
            "name": model.name,
            "path": str(model.path),
            "licence": model.licence,
            "title": model.title,
            "source": model.source,
            "sha256": model.sha256,
        }
        for model in stored.values()
        if model.name not in {choice.name for choice in shipped}  # by that name nobody can have it
    ]
    rows += [
        {
            "name": public.name,
            "path": None,
            "licence": public.licence,
            "title": public.title,
            "source": public.url,
            "sha256": public.member_sha256 if public.member else public.sha256,
        }
        for public in PUBLIC_MODELS.values()
        if public.name not in stored
    ]
    if as_json:
        write_json(rows)
        return
    write_table(_HEADER, [_cells(row) for row in rows])
    say(f"Models are kept in {models_folder()}.")


def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="An ONNX file, or weights of ours.")],
    name: Annotated[str | None, typer.Option(metavar="NAME", help="What to call it; else as the file.")] = None,
) -> None:
    r"""Copy a model into the folder.

    What a model takes and answers is recognised. Where it is not, or colours or sizes are unusual, a file NAME.json
    beside it says so, with any of kind, skeleton, joints, input_size, colour, mean, deviation, padding, fill, is_udp
    and sigma_px.

    \b
    Example:
      divereview models add vitpose-l.onnx
    """
    from inference.models.model_store import add_model
    from inference.models.pose_estimators import load_estimator

    if file.suffix in {".onnx", ".safetensors"} and file.is_file():
        load_estimator(str(file), "cpu")  # a model that cannot be used is not kept
    added = add_model(file, name)
    say(f"The model {added.name} is in {added.path}.")


def get(name: Annotated[str, typer.Argument(metavar="NAME", help="A model of `models list`.")]) -> None:
    r"""Fetch a well-known model.

    A download that was cut off goes on where it was. Proxies are those that the environment names.

    \b
    Example:
      divereview models get rtmpose-s
    """
    from inference.models.model_store import get_model
    from inference.models.public_models import PUBLIC_MODELS

    public = PUBLIC_MODELS.get(name)
    if public is not None:
        say(f"{public.title}. Licence: {public.licence}. Published by {public.by}, at {public.url}.")
        if public.notice is not None:
            say(public.notice)
    with cancelled_by_interrupt() as cancel, shown_progress(name) as progress:
        model, is_known = get_model(name, progress=progress, cancel=cancel)
    if not is_known:
        say(f"Nobody has said what its hash must be; its SHA-256 is {model.sha256}.")
    say(f"The model {model.name} is in {model.path}.")


def remove(name: Annotated[str, typer.Argument(metavar="NAME", help="A model that is here.")]) -> None:
    r"""Delete a model from the folder.

    \b
    Example:
      divereview models remove rtmpose-s
    """
    from inference.models.model_store import remove_model

    say(f"{remove_model(name)} is deleted.")


def _group() -> None:
    """Keep pose models of your own, and fetch well-known ones."""


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return row["name"], "yes" if row["path"] else "no", row["licence"] or "-", row["title"] or "-"
