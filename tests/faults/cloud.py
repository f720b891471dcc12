"""AWS on a loopback port, made by moto, behind a layer that does to chosen requests what a test has planned."""

import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, Final
from urllib.parse import parse_qs

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.sqs.models import sqs_backends
from werkzeug.serving import make_server

REGION: Final = "us-east-1"

type Environ = dict[str, Any]
type StartResponse = Callable[..., Any]
type Application = Callable[[Environ, StartResponse], Iterable[bytes]]
#: Does something else than the application would, or the same and then something.
type Fault = Callable[[Application, Environ, StartResponse], Iterable[bytes]]


def refusal(status: str, code: str, message: str = "refused") -> Fault:
    """Return a fault that answers with an error, such as ``503 Slow Down`` and ``SlowDown``, and does nothing else."""

    def refuse(_application: Application, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_X_AMZ_TARGET" in environ:
            media_type, body = "application/x-amz-json-1.0", f'{{"__type": "{code}", "message": "{message}"}}'
        else:
            media_type = "application/xml"
            body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        start_response(status, [("Content-Type", media_type), ("Content-Length", str(len(body)))])
        return [body.encode()]

    return refuse


def lost_reply(application: Application, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Do what was asked, and cut the connection instead of answering."""
    for _ in application(environ, lambda *_args: None):
        pass
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    start_response("200 OK", [])
    return []


def rewritten(change: Callable[[bytes], bytes]) -> Fault:
    """Return a fault that does what was asked and answers with a changed body."""

    def rewrite(application: Application, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer: list[Any] = []
        body = change(b"".join(application(environ, lambda *head: answer.extend(head[:2]))))
        headers = [(name, value) for name, value in answer[1] if name.lower() != "content-length"]
        start_response(answer[0], [*headers, ("Content-Length", str(len(body)))])
        return [body]

    return rewrite


def cut_body(application: Application, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with half of the body, and cut the connection."""
    body = b"".join(application(environ, start_response))
    yield body[: len(body) // 2]
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)


def held_back(until: threading.Event) -> Fault:
    """Return a fault that answers properly, but not before ``until`` is set."""

    def hold(application: Application, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        until.wait(60)
        return application(environ, start_response)

    return hold


@dataclass
class Cloud:
    """The layer. ``plan`` has, by operation, what happens to each coming call; ``None`` lets it pass.

    ``page_keys`` is how many keys a page of a listing has.
    """

    application: Application
    plan: dict[str, list[Fault | None]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    page_keys: int = 1_000
    url: str = ""
    _in_flight: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        operation = _operation(environ)
        if operation == "ListObjectsV2" and "max-keys" not in environ["QUERY_STRING"]:
            environ["QUERY_STRING"] += f"&max-keys={self.page_keys}"
        with self._lock:
            self.calls[operation] += 1
            self._in_flight[operation] += 1
            planned = self.plan.get(operation)
            fault = planned.pop(0) if planned else None
        try:
            if fault is None:
                return list(self.application(environ, start_response))
            return fault(self.application, environ, start_response)
        finally:
            with self._lock:
                self._in_flight[operation] -= 1

    def wait_for_silence(self, operation: str) -> None:
        """Return when no such call is under way: a poll whose process died may still take a message."""
        deadline = monotonic() + 30
        while self._in_flight[operation]:
            assert monotonic() < deadline, f"{operation} does not end"
            sleep(0.01)

    @contextmanager
    def serving(self) -> Iterator["Cloud"]:
        """Serve on a free port of the loopback interface."""
        logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
        server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=MotoRequestHandler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def cloud() -> Cloud:
    """Return AWS, empty and not yet served."""
    return Cloud(DomainDispatcherApplication(create_backend_app))


def let_visibilities_end(queue_url: str) -> None:
    """Make every message in flight visible, as if its visibility had passed."""
    queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].get_queue(queue_url.rpartition("/")[2])
    for message in list(queue._messages):
        message.visible_at = 0


def _operation(environ: Environ) -> str:
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return str(target).rpartition(".")[2]
    if "list-type" in parse_qs(environ["QUERY_STRING"]):
        return "ListObjectsV2"
    method = str(environ["REQUEST_METHOD"]).capitalize()
    return f"{method}Object" if environ["PATH_INFO"].strip("/").count("/") else f"{method}Bucket"
