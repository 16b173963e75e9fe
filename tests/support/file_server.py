"""A web server on this machine that gives one file, and can be told to misbehave."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """What is given and how.

    Args:
        content: of the file.
        tag: its version, "" for none.
        cut_after: bytes after which the next answers break off, one each.
        status: of every answer, if not the usual.
        knows_ranges: whether it can go on in the middle.
    """

    content: bytes = b""
    tag: str = '"1"'
    cut_after: list[int] = field(default_factory=list)
    status: int | None = None
    knows_ranges: bool = True
    url: str = ""
    asked: list[str | None] = field(default_factory=list)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        wanted = handler.headers.get("Range")
        self.asked.append(wanted)
        if self.status is not None:
            handler.send_error(self.status)
            return
        start = 0
        if wanted and self.knows_ranges and handler.headers.get("If-Range") == self.tag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
        handler.send_response(206 if start else 200)
        if self.tag:
            handler.send_header("ETag", self.tag)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        handler.send_header("Content-Length", str(len(self.content) - start))
        handler.end_headers()
        stop = len(self.content)
        if self.cut_after:
            stop = min(stop, start + self.cut_after.pop(0))
        handler.wfile.write(self.content[start:stop])


@contextmanager
def serving(content: bytes) -> Iterator[FileServer]:
    """A server of some content while the context lasts."""
    state = FileServer(content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = False
        state.url = f"http://127.0.0.1:{server.server_port}/model.bin"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
