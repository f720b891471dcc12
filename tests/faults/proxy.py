"""A TCP proxy before PostgreSQL that cuts connections at the worst moment, as a failover does."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: How pg8000 ends a transaction: a simple query with nothing else in it.
COMMIT = b"COMMIT\x00"


@dataclass
class Proxy:
    """Forwards to ``target``. A connection whose COMMIT is cut has it carried out and is told nothing.

    ``cuts`` is asked at each COMMIT whether it shall be cut.
    """

    target: tuple[str, int]
    cuts: Callable[[], bool] = lambda: False
    cut: int = 0
    port: int = 0
    _sockets: list[socket.socket] = field(default_factory=list)

    @contextmanager
    def serving(self) -> Iterator["Proxy"]:
        """Serve on a free port of the loopback interface."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
            yield self
            listener.shutdown(socket.SHUT_RDWR)
        for each in self._sockets:
            _close(each)

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self.target)
                self._sockets += [client, server]
                doomed = threading.Event()
                threading.Thread(target=self._ask, args=(client, server, doomed), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client, doomed), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, doomed: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65_536):
                if COMMIT in data and self.cuts():
                    self.cut += 1
                    doomed.set()
                server.sendall(data)
        _close(server)

    def _answer(self, server: socket.socket, client: socket.socket, doomed: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while (data := server.recv(65_536)) and not doomed.is_set():
                client.sendall(data)
        _close(client)
        _close(server)


def _close(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
