"""An S3 of one bucket whose answers a test holds back, cuts, refuses or watches. Everything it serves is in memory."""

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from bucketsieve.models import ListedObject
from tests.fakes import MODIFIED

_SINCE: Final = re.compile(r"bytes=(\d+)-")


@dataclass
class GatedS3:
    """Objects by key. A script of a key has, for each coming GET, what to do instead of answering with the body.

    A step is a status with an error code, such as ``(503, "SlowDown")``; a number of bytes after which the connection
    is cut; or ``None``, to answer properly.
    """

    objects: dict[str, bytes] = field(default_factory=dict)
    scripts: dict[str, list[tuple[int, str] | int | None]] = field(default_factory=dict)
    on_get: Callable[[str], None] = lambda _key: None
    gate: threading.Event = field(default_factory=threading.Event)  # bodies wait for it
    gets: list[tuple[str, str | None, str | None]] = field(default_factory=list)  # key, Range, If-Match
    url: str = ""

    def __post_init__(self) -> None:
        self.gate.set()

    def reset(self) -> None:
        """Forget everything but the address."""
        self.objects, self.scripts, self.gets = {}, {}, []
        self.on_get = lambda _key: None
        self.gate.set()

    def listed(self) -> list[ListedObject]:
        """Return the objects as a listing shows them."""
        return [ListedObject(key, len(body), etag(body), "STANDARD", MODIFIED) for key, body in self.objects.items()]

    @contextmanager
    def serving(self) -> Iterator["GatedS3"]:
        """Serve on a free port of the loopback interface."""
        server = _QuietServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"s3": self}))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            self.gate.set()
            server.shutdown()
            server.server_close()
            thread.join()


def etag(body: bytes) -> str:
    """Return an etag as S3 makes it for an object that was put in one piece."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed leave broken connections behind."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two packets, and clients acknowledge the first one late
    s3: GatedS3

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        _, _bucket, key = urlsplit(self.path).path.split("/", 2)
        key = unquote(key)
        self.s3.gets.append((key, self.headers.get("Range"), self.headers.get("If-Match")))
        self.s3.on_get(key)
        script = self.s3.scripts.get(key)
        step = script.pop(0) if script else None
        if isinstance(step, tuple):
            self._refuse(*step)
        elif key not in self.s3.objects:
            self._refuse(404, "NoSuchKey")
        elif self.headers.get("If-Match") != etag(self.s3.objects[key]):
            self._refuse(412, "PreconditionFailed")
        else:
            self._deliver(self.s3.objects[key], cut_after=step)

    def _refuse(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>refused</Message></Error>".encode()
        self._head(status, {"Content-Length": str(len(body)), "Content-Type": "application/xml"})
        self.wfile.write(body)

    def _deliver(self, body: bytes, *, cut_after: int | None) -> None:
        span = _SINCE.match(self.headers.get("Range", ""))
        start = int(span[1]) if span else 0
        headers = {
            "Content-Length": str(len(body) - start),
            "ETag": etag(body),
            "Last-Modified": "Fri, 02 Jan 2026 03:04:05 GMT",
        }
        if span:
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        self._head(206 if span else 200, headers)
        self.wfile.flush()
        self.s3.gate.wait()
        self.wfile.write(body[start:] if cut_after is None else body[start : start + cut_after])
        self.close_connection = cut_after is not None

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
