"""The models that a person has: files in one folder, each with a note of where it is from.

Knows neither torch nor onnxruntime, so that a window or a command line can list them at once.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import platformdirs

from inference.models.downloading import LARGEST_BYTES, DownloadError, download, file_sha256
from inference.models.errors import ModelError
from inference.models.public_models import PUBLIC_MODELS, PublicModel
from inference.models.shipped_weights import shipped_pose_models
from inference.progress import CancelToken, Progress

MODEL_SUFFIXES: Final = (".onnx", ".safetensors", ".pth")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PIECE_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model in the folder.

    Args:
        name: by which commands call it.
        path: of the file.
        title: what it is, in words, if anybody has said so.
        licence: of the weights, if known.
        source: where it was fetched from, if it was.
        sha256: when it was stored, if noted.
    """

    name: str
    path: Path
    title: str | None = None
    licence: str | None = None
    source: str | None = None
    sha256: str | None = None


def models_folder() -> Path:
    """Where models are kept: the folder models in the person's data; DIVEREVIEW_DATA_DIR overrides the latter."""
    folder = os.environ.get("DIVEREVIEW_DATA_DIR")
    return (Path(folder) if folder else platformdirs.user_data_path("divereview", appauthor=False)) / "models"


def stored_models() -> list[StoredModel]:
    """The models that there are, by name."""
    folder = models_folder()
    if not folder.is_dir():
        return []
    paths = sorted(path for path in folder.iterdir() if path.suffix in MODEL_SUFFIXES and path.is_file())
    return [_described(path) for path in paths]


def model_path(wanted: str) -> Path:
    """The file of a model, in the folder or of those that come with the program, whose names win.

    Args:
        wanted: a model's name, or the path of a file.

    Raises:
        ModelError: if there is none; the message says how to get it, if it is known.
    """
    path = Path(wanted)
    if path.suffix in MODEL_SUFFIXES and path.is_file():
        return path
    names = {model.name: model.path for model in stored_models()} | shipped_pose_models()
    if wanted in names:
        return names[wanted]
    if wanted in PUBLIC_MODELS:
        raise ModelError(f"The model {wanted} is not here yet; fetch it with: divereview models get {wanted}")
    if path.suffix in MODEL_SUFFIXES or len(path.parts) > 1:
        raise ModelError(f"There is no model at {path}.")
    near = difflib.get_close_matches(wanted, [*names, *PUBLIC_MODELS])
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise ModelError(f"There is no model {wanted!r}; {hint}divereview models list shows what there is.")


def add_model(path: Path, name: str | None = None) -> StoredModel:
    """Copy a file, and the sidecar beside it, into the folder.

    Args:
        path: the file.
        name: to give it; None for the file's own.

    Raises:
        ModelError: if it is no file of a model, the name makes no file name, or it is taken.
        OSError: if it cannot be copied.
    """
    if path.suffix not in MODEL_SUFFIXES:
        raise ModelError(f"{path.name} is no model; models end in {', '.join(MODEL_SUFFIXES)}.")
    if not path.is_file():
        raise ModelError(f"There is no model at {path}.")
    name = name or path.stem
    if not _NAME.fullmatch(name):
        raise ModelError(f"{name!r} cannot be a model's name; use letters, digits, dots, hyphens and underscores.")
    if name in shipped_pose_models():
        raise ModelError(f"A model {name} comes with the program; choose another name.")
    if any(model.name == name for model in stored_models()):
        raise ModelError(f"There is a model {name} already; remove it first, or choose another name.")
    target = models_folder() / f"{name}{path.suffix}"
    target.parent.mkdir(parents=True, exist_ok=True)
    entries = _entries(path.with_suffix(".json"))
    unfinished = target.with_name(target.name + ".part")
    shutil.copyfile(path, unfinished)
    known = PUBLIC_MODELS.get(name)
    about = {"title": known.title, "licence": known.licence} if known else {}
    _note(target, {**about, **entries, "sha256": file_sha256(unfinished)})
    unfinished.replace(target)
    return _described(target)


def remove_model(name: str) -> Path:
    """Delete a model and its note from the folder.

    Returns:
        Where it was.

    Raises:
        ModelError: if there is no such model.
        OSError: if it cannot be deleted.
    """
    for model in stored_models():
        if model.name == name:
            model.path.unlink()
            _note_path(model.path).unlink(missing_ok=True)
            return model.path
    raise ModelError(f"There is no model {name!r} in {models_folder()}.")


def get_model(
    name: str, *, progress: Progress | None = None, cancel: CancelToken | None = None
) -> tuple[StoredModel, bool]:
    """Fetch a well-known model, unless it is here.

    Args:
        name: one of `PUBLIC_MODELS`.
        progress: told how far it is.
        cancel: stops it; the next time goes on from there.

    Returns:
        The model, and whether its hash was known before.

    Raises:
        ModelError: if there is no such model, or it cannot be fetched; the message says what to do by hand.
        Cancelled: if cancelled.
        OSError: if it cannot be stored.
    """
    public = PUBLIC_MODELS.get(name)
    if public is None:
        near = difflib.get_close_matches(name, PUBLIC_MODELS) or sorted(PUBLIC_MODELS)
        raise ModelError(f"No model {name!r} is known that could be fetched; choose from {', '.join(near)}.")
    target = models_folder() / f"{name}{public.suffix}"
    is_known = public.sha256 is not None
    if target.is_file():
        return _described(target), is_known
    target.parent.mkdir(parents=True, exist_ok=True)
    archive = target.with_suffix(".zip") if public.member else target
    try:
        download(public.url, archive, sha256=public.sha256, progress=progress, cancel=cancel)
    except DownloadError as error:
        raise DownloadError(f"{error} {by_hand(public)}") from error
    if public.member:
        _unpack(archive, public.member, target, public.member_sha256)
    facts = {"title": public.title, "licence": public.licence, "by": public.by, "source": public.url}
    _note(target, {**_entries(_note_path(target)), **facts, "sha256": file_sha256(target)})
    return _described(target), is_known


def by_hand(public: PublicModel) -> str:
    """What a person can do where the program has no way to the network."""
    taken_out = f", take {public.member} out of it" if public.member else ""
    target = models_folder() / f"{public.name}{public.suffix}"
    return f"To do it by hand, fetch {public.url} in some other way{taken_out} and put it at {target}."


def _unpack(archive: Path, member: str, target: Path, sha256: str | None) -> None:
    """Take one file, whatever folder it is in, out of a ZIP archive, and remove the archive.

    Raises:
        DownloadError: if it is not there, too large, or not what it should be.
    """
    unfinished = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(archive) as opened:
            found = [entry for entry in opened.infolist() if entry.filename.rsplit("/", 1)[-1] == member]
            if len(found) != 1 or found[0].file_size > LARGEST_BYTES:
                raise DownloadError(f"There is no single {member} in what was fetched for {target.stem}.")
            with opened.open(found[0]) as source, unfinished.open("wb") as copy:
                _copy(source, copy, found[0].file_size)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise DownloadError(f"What was fetched for {target.stem} is no ZIP archive that can be read.") from error
    finally:
        archive.unlink(missing_ok=True)
    if sha256 is not None and file_sha256(unfinished) != sha256:
        unfinished.unlink()
        raise DownloadError(f"The {member} that was fetched for {target.stem} is not the file that is known.")
    unfinished.replace(target)


def _copy(source: IO[bytes], copy: IO[bytes], size: int) -> None:
    """Copy no more than the size that an archive states."""
    left = size
    while left > 0 and (piece := source.read(min(_PIECE_BYTES, left))):
        copy.write(piece)
        left -= len(piece)


def _described(path: Path) -> StoredModel:
    facts = _entries(_note_path(path))
    texts = {
        name: value for name in ("title", "licence", "source", "sha256") if isinstance(value := facts.get(name), str)
    }
    return StoredModel(path.stem, path, **texts)


def _note_path(path: Path) -> Path:
    """The sidecar, which ONNX models have anyway."""
    return path.with_suffix(".json")


def _note(path: Path, facts: dict[str, Any]) -> None:
    _note_path(path).write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _entries(path: Path) -> dict[str, Any]:
    """The JSON object in a file; empty if there is none."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
