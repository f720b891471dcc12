"""Stands in for the X-Ray daemon: takes segment documents on a UDP port and appends them to a file, one a line."""

import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

#: The largest UDP payload, and so the largest segment the X-Ray SDK sends.
_DATAGRAM_BYTES: Final = 65_507


class TraceCollector:
    """A context manager; while it is open, every segment sent to ``address`` lands in the file."""

    def __init__(self, path: Path, *, port: int) -> None:
        self._path = path
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._collect, name="trace-collector", daemon=True)

    @property
    def address(self) -> str:
        """Return what ``AWS_XRAY_DAEMON_ADDRESS`` has to be."""
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._socket.sendto(b"", self._socket.getsockname())  # the empty datagram ends the thread
        self._thread.join()
        self._socket.close()

    def _collect(self) -> None:
        with self._path.open("a") as file:
            while datagram := self._socket.recv(_DATAGRAM_BYTES):
                _header, _, document = datagram.partition(b"\n")
                file.write(document.decode().replace("\n", " ") + "\n")
                file.flush()
