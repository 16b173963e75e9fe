"""The folder of models: adding, finding, fetching and removing."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest
from file_server import serving

from inference.models import public_models
from inference.models.downloading import DownloadError
from inference.models.errors import ModelError
from inference.models.model_store import (
    add_model,
    get_model,
    model_path,
    models_folder,
    remove_model,
    stored_models,
)
from inference.models.public_models import PUBLIC_MODELS

WEIGHTS = b"\x08weights" * 1000


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "My model.onnx"
    path.write_bytes(WEIGHTS)
    path.with_suffix(".json").write_text(json.dumps({"colour": "bgr"}))
    return path


@pytest.fixture
def served(monkeypatch):
    """Lets a public model come from a server of this machine, with some content and changed facts."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving(WEIGHTS) as server:

        def serve(name, content=WEIGHTS, **facts):
            server.content = content
            monkeypatch.setitem(PUBLIC_MODELS, name, replace(PUBLIC_MODELS[name], url=server.url, **facts))
            return server

        yield serve


def archive(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as opened:
        for name in names:
            opened.writestr(name, WEIGHTS)
    return content.getvalue()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def test_a_model_that_is_added_is_found_by_name_with_its_sidecar(model):
    added = add_model(model, "mine")

    assert stored_models() == [added]
    assert model_path("mine") == models_folder() / "mine.onnx"
    assert model_path("mine").read_bytes() == WEIGHTS
    assert json.loads((models_folder() / "mine.json").read_text()) == {"colour": "bgr", "sha256": sha256(WEIGHTS)}
    assert remove_model("mine") == added.path
    assert list(models_folder().iterdir()) == []


def test_a_file_anywhere_is_a_model_too(model):
    assert model_path(str(model)) == model


def test_the_models_of_the_program_have_names_too(model, no_shipped_weights):
    for name in ("pose", "pose-cpm-small"):
        (no_shipped_weights / f"{name}.safetensors").write_bytes(b"weights")
    assert model_path("pose-cpm-small") == no_shipped_weights / "pose-cpm-small.safetensors"
    with pytest.raises(ModelError, match="A model pose comes with the program"):
        add_model(model, "pose")
    with pytest.raises(ModelError, match="did you mean pose-cpm-small"):
        model_path("pose-cpm-smal")


def test_names_that_cannot_be_are_refused(model, tmp_path):
    with pytest.raises(ModelError, match="'My model' cannot be a model's name"):
        add_model(model)
    with pytest.raises(ModelError, match=r"'\.\./mine' cannot be a model's name"):
        add_model(model, "../mine")
    with pytest.raises(ModelError, match="is no model; models end in"):
        add_model(model.with_suffix(".json"), "mine")
    with pytest.raises(ModelError, match="There is no model at"):
        add_model(tmp_path / "none.onnx", "mine")
    add_model(model, "mine")
    with pytest.raises(ModelError, match="There is a model mine already"):
        add_model(model, "mine")


def test_what_is_not_there_is_said_with_what_to_do():
    with pytest.raises(ModelError, match="fetch it with: divereview models get rtmpose-s"):
        model_path("rtmpose-s")
    with pytest.raises(ModelError, match="There is no model 'rtmpos-s'; did you mean rtmpose-s"):
        model_path("rtmpos-s")
    with pytest.raises(ModelError, match="There is no model at"):
        model_path("folder/none.onnx")
    with pytest.raises(ModelError, match="There is no model 'none' in"):
        remove_model("none")
    with pytest.raises(ModelError, match="No model 'yolo' is known that could be fetched"):
        get_model("yolo")


def test_a_model_is_fetched_once_and_noted_with_its_licence(served):
    server = served("blazepose", sha256=sha256(WEIGHTS))
    fetched, is_known = get_model("blazepose")
    again, _ = get_model("blazepose")

    assert is_known
    assert fetched == again == stored_models()[0]
    assert (fetched.licence, fetched.source, fetched.sha256) == ("Apache-2.0", server.url, sha256(WEIGHTS))
    assert len(server.asked) == 1


def test_of_an_archive_the_model_alone_is_kept(served):
    content = archive("20230831/rtmpose/end2end.onnx", "20230831/rtmpose/detail.json")
    served("rtmpose-s", content, sha256=sha256(content), member_sha256=sha256(WEIGHTS))
    fetched, _ = get_model("rtmpose-s")

    assert fetched.path.read_bytes() == WEIGHTS
    assert sorted(path.name for path in models_folder().iterdir()) == ["rtmpose-s.json", "rtmpose-s.onnx"]


def test_an_unknown_hash_is_noted(served):
    served("margipose-mpi3d")
    fetched, is_known = get_model("margipose-mpi3d")

    assert not is_known
    assert fetched.sha256 == sha256(WEIGHTS)
    assert fetched.path.suffix == ".pth"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (archive("a/other.onnx"), "no single end2end.onnx"),
        (archive("a/end2end.onnx", "b/end2end.onnx"), "no single end2end.onnx"),
        (b"PK no archive", "no ZIP archive"),
        (archive("a/end2end.onnx"), "is not the file that is known"),
    ],
)
def test_archives_of_something_else_leave_nothing(served, content, said):
    served("rtmpose-s", content, sha256=None, member_sha256="0" * 64)

    with pytest.raises(DownloadError, match=said):
        get_model("rtmpose-s")
    assert list(models_folder().iterdir()) == []


def test_where_nothing_can_be_fetched_the_way_by_hand_is_said(served):
    server = served("rtmpose-s")
    server.status = 404

    with pytest.raises(DownloadError) as refused:
        get_model("rtmpose-s")
    assert "cannot be fetched (404). To do it by hand, fetch http" in str(refused.value)
    assert f"take end2end.onnx out of it and put it at {models_folder() / 'rtmpose-s.onnx'}." in str(refused.value)


def test_every_public_model_is_over_an_encrypted_connection_and_with_whole_hashes():
    for name, public in public_models.PUBLIC_MODELS.items():
        assert public.name == name
        assert public.url.startswith("https://")
        assert (public.member is not None) == public.url.endswith(".zip")
        for known in (public.sha256, public.member_sha256):
            assert known is None or (len(known) == 64 and set(known) <= set("0123456789abcdef"))
