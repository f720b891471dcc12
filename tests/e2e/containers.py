"""Lets containers with a network of their own reach servers that listen on this machine's loopback alone."""

import asyncio
import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_CHUNK_BYTES: Final = 65_536


def missing_engine() -> str | None:
    """Return why no containers can be run here, or ``None`` if they can."""
    try:
        subprocess.run(["docker", "info"], check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        return f"NO CONTAINER ENGINE, so containers were NOT tested: {type(error).__name__}"
    if os.geteuid() != 0:
        return "NOT ROOT, which entering a container's network takes, so containers were NOT tested"
    return None


class LoopbackBridge:
    """While open, every container that starts finds ``ports`` of this machine's loopback on its own loopback.

    The listening sockets are made inside the container's network namespace, so nothing listens anywhere else.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = ports
        self._loop = asyncio.new_event_loop()
        self._forwarding = threading.Thread(target=self._loop.run_forever)
        self._servers: list[asyncio.Server] = []

    def __enter__(self) -> Self:
        self._events = subprocess.Popen(
            ["docker", "events", "--filter", "type=container", "--filter", "event=start", "--format", "{{.ID}}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        self._watching = threading.Thread(target=self._watch)
        self._forwarding.start()
        self._watching.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._events.terminate()
        self._watching.join()
        self._events.wait()
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._forwarding.join()
        self._loop.close()

    def _watch(self) -> None:
        assert self._events.stdout is not None
        with self._events.stdout as started:
            for container in started:
                for port in self._ports:
                    with contextlib.suppress(FileNotFoundError):  # it has ended already
                        listening = _listen_in(container.strip(), port)
                        starting = asyncio.start_server(self._forward, sock=listening)
                        self._servers.append(asyncio.run_coroutine_threadsafe(starting, self._loop).result())

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("sockname")[1]
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, up_writer), _pump(up_reader, writer))

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
            server.close_clients()
        for server in self._servers:
            await server.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _listen_in(container: str, port: int) -> socket.socket:
    """Return a socket that listens on the container's loopback; only this thread is there, and only meanwhile."""
    inspected = subprocess.run(
        ["docker", "inspect", "--format", "{{.State.Pid}}", container], check=False, capture_output=True, text=True
    )
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        there = os.open(Path("/proc", inspected.stdout.strip() or "gone", "ns/net"), os.O_RDONLY)
        try:
            os.setns(there, os.CLONE_NEWNET)
            return socket.create_server(("127.0.0.1", port))
        finally:
            os.setns(home, os.CLONE_NEWNET)
            os.close(there)
    finally:
        os.close(home)
