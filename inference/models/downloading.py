"""Fetching large files: goes on where it was cut off, also after the program has ended, and checks what came.

Proxies are those that the environment names (HTTPS_PROXY and the like).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from inference.models.errors import ModelError
from inference.progress import CancelToken, Progress

if TYPE_CHECKING:
    import requests

LARGEST_BYTES: Final = 4 * 2**30
"""No model is larger; an address that gives more gives something else."""

_TRIES = 5
_PIECE_BYTES = 2**15
"""What has come of a piece when the connection breaks is lost."""

_CONNECT_S, _READ_S = 15.0, 60.0
_GOES_ON, _NO_SUCH_RANGE = 206, 416


class DownloadError(ModelError):
    """Something could not be fetched; the message is one sentence on what and why."""


def download(
    url: str,
    target: Path,
    *,
    sha256: str | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> str:
    """Fetch a file.

    What has come so far is kept beside the target, in NAME.part, until all of it has.

    Args:
        url: where from.
        target: where to; only a whole file with the right hash ever stands there.
        sha256: what it must have, 64 hexadecimal digits; None if nobody knows.
        progress: told how far it is.
        cancel: stops it; what has come is kept.

    Returns:
        Its SHA-256.

    Raises:
        DownloadError: if it cannot be fetched or stored, or is not what it should be.
        Cancelled: if cancelled.
    """
    part = _Part(target, url)
    _fetch(part, progress, cancel)
    found = file_sha256(part.path)
    if sha256 is not None and found != sha256:
        part.discard()
        raise DownloadError(
            f"What {url} gives is not the file that is known (its SHA-256 is {found}, not {sha256}); it was not kept."
        )
    if part.is_page():
        part.discard()
        raise DownloadError(f"{url} gives a web page instead of a model.")
    part.path.replace(target)
    part.discard()
    return found


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Part:
    """What has come of a file, and which version of it that is."""

    def __init__(self, target: Path, url: str) -> None:
        self.url = url
        self.path = target.with_name(target.name + ".part")
        self._facts = target.with_name(target.name + ".part.json")
        self.version = self._kept_version()
        if self.version is None:
            self.path.unlink(missing_ok=True)

    @property
    def size(self) -> int:
        """Bytes that have come."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def begin(self, version: str) -> None:
        """Start anew with a version of the file."""
        self.path.unlink(missing_ok=True)
        self.version = version
        self._facts.write_text(json.dumps({"url": self.url, "version": version}), encoding="utf-8")

    def discard(self) -> None:
        """Leave nothing."""
        self.path.unlink(missing_ok=True)
        self._facts.unlink(missing_ok=True)

    def is_page(self) -> bool:
        """Whether it is HTML rather than a model."""
        with self.path.open("rb") as file:
            return file.read(64).lstrip().startswith(b"<")

    def _kept_version(self) -> str | None:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            facts = json.loads(self._facts.read_text(encoding="utf-8"))
            if facts.get("url") == self.url and isinstance(facts.get("version"), str):
                return str(facts["version"])
        return None


def _fetch(part: _Part, progress: Progress | None, cancel: CancelToken | None) -> None:
    """Bring all of a file; a connection that breaks is taken up again as long as something comes."""
    import requests

    tries_left = _TRIES
    with requests.Session() as session:
        while True:
            before = part.size
            try:
                if _is_complete(session, part, progress, cancel):
                    return
                reason = "the connection broke off"
            except requests.RequestException as error:
                reason = _reason(error)
            except OSError as error:  # which requests' own errors are, too
                raise DownloadError(f"{part.path} cannot be written ({error.strerror or error}).") from error
            tries_left = _TRIES if part.size > before else tries_left - 1
            if tries_left == 0 or before == part.size == 0:
                raise DownloadError(f"{part.url} cannot be fetched ({reason}).")


def _is_complete(session: requests.Session, part: _Part, progress: Progress | None, cancel: CancelToken | None) -> bool:
    """Bring more of a file, and say whether that was the rest."""
    headers = {"Accept-Encoding": "identity"}
    if part.size and part.version:
        headers |= {"Range": f"bytes={part.size}-", "If-Range": part.version}
    with session.get(part.url, headers=headers, stream=True, timeout=(_CONNECT_S, _READ_S)) as answer:
        if answer.status_code == _NO_SUCH_RANGE:
            part.discard()
            return False
        if not answer.ok:
            raise DownloadError(f"{part.url} cannot be fetched ({answer.status_code}).")
        goes_on = answer.status_code == _GOES_ON and answer.headers.get("Content-Range", "").startswith(
            f"bytes {part.size}-"
        )
        if not goes_on:
            # A weak version, W/..., does not promise the same bytes.
            tag = answer.headers.get("ETag", "")
            part.begin("" if tag.startswith("W/") else tag or answer.headers.get("Last-Modified", ""))
        length = answer.headers.get("Content-Length", "")
        total = part.size + int(length) if length.isdecimal() else None
        if total is not None and total > LARGEST_BYTES:
            raise DownloadError(f"{part.url} gives {total / 2**30:.0f} GiB, which is no model.")
        with part.path.open("ab") as file:
            for piece in answer.iter_content(_PIECE_BYTES):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                file.write(piece)
                if file.tell() > LARGEST_BYTES:
                    raise DownloadError(f"{part.url} gives more than any model is large.")
                if progress is not None:
                    _report(progress, file.tell(), total)
    return total is None or part.size >= total


def _report(progress: Progress, done: int, total: int | None) -> None:
    if total:
        progress(done / total, f"{done / 2**20:.1f} of {total / 2**20:.1f} MiB")
    else:
        progress(0.0, f"{done / 2**20:.1f} MiB")


def _reason(error: Exception) -> str:
    """In a few words why nothing came."""
    kind = type(error).__name__
    words = {
        "ProxyError": "the proxy that the environment names does not answer",
        "SSLError": "its certificate is not trusted here",
        "ConnectTimeout": "it does not answer",
        "ReadTimeout": "it stopped answering",
        "ConnectionError": "there is no connection to it",
        "ChunkedEncodingError": "the connection broke off",
    }
    return words.get(kind, kind)
