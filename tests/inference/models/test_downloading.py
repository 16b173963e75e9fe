"""Fetching files from a server that cuts, lies and hides."""

from __future__ import annotations

import errno
import hashlib
import os
import socket

import pytest
from file_server import serving

from inference.models.downloading import DownloadError, download
from inference.progress import Cancelled, CancelToken

CONTENT = bytes(range(256)) * 3000
HASH = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server():
    with serving(CONTENT) as state:
        yield state


def test_a_file_comes_whole_with_progress_and_leaves_nothing_beside_it(server, tmp_path):
    told = []
    target = tmp_path / "model.onnx"

    assert download(server.url, target, sha256=HASH, progress=lambda share, what: told.append((share, what))) == HASH
    assert target.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [target]
    assert told[-1] == (1.0, "0.7 of 0.7 MiB")


def test_a_cut_connection_is_taken_up_where_it_broke(server, tmp_path):
    server.cut_after = [300_000, 100_000]

    download(server.url, tmp_path / "model", sha256=HASH)
    # What had come of the piece on the way is asked for again.
    assert server.asked == [None, f"bytes={9 * 2**15}-", f"bytes={12 * 2**15}-"]
    assert (tmp_path / "model").read_bytes() == CONTENT


def test_a_later_program_goes_on_where_an_earlier_one_stopped(server, tmp_path):
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        download(server.url, tmp_path / "model", cancel=cancel, progress=lambda *_: cancel.cancel())
    kept = (tmp_path / "model.part").stat().st_size

    assert 0 < kept < len(CONTENT)
    assert download(server.url, tmp_path / "model") == HASH
    assert server.asked == [None, f"bytes={kept}-"]


@pytest.mark.parametrize("change", ["another version", "no ranges"])
def test_what_cannot_be_gone_on_with_is_begun_again(server, tmp_path, change):
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        download(server.url, tmp_path / "model", cancel=cancel, progress=lambda *_: cancel.cancel())
    if change == "no ranges":
        server.knows_ranges = False
    else:
        server.content, server.tag = CONTENT[::-1], '"2"'

    download(server.url, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == server.content


def test_without_a_version_nothing_is_pieced_together(server, tmp_path):
    server.tag, server.cut_after = "", [200_000]

    assert download(server.url, tmp_path / "model", sha256=HASH) == HASH
    assert server.asked == [None, None]


def test_a_server_that_always_cuts_is_given_up(server, tmp_path):
    server.tag, server.cut_after = "", [200_000] * 20

    with pytest.raises(DownloadError, match="cannot be fetched"):
        download(server.url, tmp_path / "model")
    assert len(server.asked) < 10


def test_a_wrong_hash_leaves_nothing(server, tmp_path):
    with pytest.raises(DownloadError, match=rf"is not the file that is known \(its SHA-256 is {HASH}, not 00"):
        download(server.url, tmp_path / "model", sha256="0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_a_web_page_is_no_model(server, tmp_path):
    server.content = b"\n<!DOCTYPE html><html>moved</html>"

    with pytest.raises(DownloadError, match="gives a web page instead"):
        download(server.url, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [404, 500])
def test_an_error_of_the_server_is_said(server, tmp_path, status):
    server.status = status

    with pytest.raises(DownloadError, match=rf"model\.bin cannot be fetched \({status}\)"):
        download(server.url, tmp_path / "model")


def test_a_full_disk_is_said_and_what_has_come_is_kept(server, tmp_path):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(DownloadError, match=r"model\.part cannot be written \(No space left on device\)"):
        download(server.url, tmp_path / "model", progress=full)
    assert (tmp_path / "model.part").stat().st_size > 0


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_without_a_network_it_is_said_at_once(tmp_path):
    with pytest.raises(DownloadError, match="cannot be fetched \\(there is no connection to it\\)"):
        download(f"http://127.0.0.1:{free_port()}/model", tmp_path / "model")


def test_the_proxy_of_the_environment_is_used(server, tmp_path, monkeypatch):
    # A proxy is asked for the whole address; this one gives the same content whatever it is asked.
    monkeypatch.setenv("http_proxy", server.url.removesuffix("/model.bin"))
    monkeypatch.setenv("no_proxy", "")

    assert download("http://models.invalid/model", tmp_path / "model") == HASH
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(DownloadError, match="the proxy that the environment names does not answer"):
        download("http://models.invalid/model", tmp_path / "other")
