"""Child processes of the local stack: logged to a file, ended with their parent, and stopped by their own id."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

_POLL_SECONDS: Final = 0.05


class StartError(Exception):
    """A part of the stack did not come up; the text says which and shows the end of its log."""


class Child:
    """A running process, and with it whatever it started: all are one process group."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path, stop_signal: signal.Signals) -> None:
        self.name = name
        self.log = log
        self._process = process
        self._stop_signal = stop_signal
        self._asked = False

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> "Child":
        """Start ``command`` in a session of its own, where Ctrl-C does not reach it, with both outputs in ``log``."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = subprocess.Popen(
                [*_ended_with_its_parent(stop_signal), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd="/" if user else None,
                user=user,
                group=user and _group_of(user),
                extra_groups=[] if user else None,
                start_new_session=True,
            )
        return cls(name, process, log, stop_signal)

    @property
    def pid(self) -> int:
        """Return the process id, which is the id of the group as well."""
        return self._process.pid

    def is_running(self) -> bool:
        """Return whether the process has not ended."""
        return self._process.poll() is None

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Return when ``ready`` says so.

        Raises:
            StartError: the process ended, or the time did.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.is_running() or time.monotonic() > deadline:
                how = "is not ready" if self.is_running() else f"ended with {self._process.returncode}"
                raise StartError(f"{self.name} {how}; the end of {self.log}:\n{_tail(self.log)}")
            time.sleep(_POLL_SECONDS)

    def request_stop(self) -> None:
        """Ask the process to end, once: a second signal could meet a Python that is ending and has no handlers left."""
        if self.is_running() and not self._asked:
            self._asked = True
            self._process.send_signal(self._stop_signal)

    def stop(self, *, seconds: float = 15) -> int:
        """Ask the process to end, make it end after ``seconds``, and return its exit status."""
        self.request_stop()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
        status = self._process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)  # what it started and left behind
        return status


def free_port(preferred: int = 0, kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return ``preferred`` if nothing listens there on loopback, or else some port that is free."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:  # closed connections of an earlier server do not count
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    """Return whether a server accepts connections at a TCP port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ended_with_its_parent(stop_signal: signal.Signals) -> list[str]:
    """Return the prefix with which Linux stops a child even when its parent was killed and could not."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG"), "--"] if setpriv else []


def _group_of(user: str) -> int:
    import pwd  # noqa: PLC0415 (POSIX only, as is running as another user)

    return pwd.getpwnam(user).pw_gid


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
