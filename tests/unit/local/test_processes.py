"""Children of the local stack end when they should, and say why when they should not."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from local.processes import Child, StartError

from tests.conftest import PROJECT

SLEEP = [sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(60)"]


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


def test_a_child_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    child = Child.start("parent", [sys.executable, "-c", script], log=log)
    child.wait_until(lambda: log.read_text().endswith("\n"), seconds=10)

    status = child.stop()

    assert status == -signal.SIGTERM
    assert wait_until_gone(int(log.read_text()))


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    )
    child = Child.start("deaf", [sys.executable, "-c", script], log=log)
    child.wait_until(lambda: "ready" in log.read_text(), seconds=10)

    assert child.stop(seconds=0.1) == -signal.SIGKILL


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="only Linux's setpriv ends a child with its parent")
def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = (
        "import pathlib, time; from local.processes import Child;"
        f"child = Child.start('child', {SLEEP!r}, log=pathlib.Path({str(tmp_path / 'log')!r}));"
        "child.wait_until(lambda: child.log.read_text() != '', seconds=10);"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)

    assert wait_until_gone(child)


def test_a_child_that_ends_early_is_reported_with_its_log(tmp_path: Path) -> None:
    child = Child.start("server", [sys.executable, "-c", "raise SystemExit('no such port')"], log=tmp_path / "log")

    with pytest.raises(StartError, match=r"server ended with 1(.|\n)*no such port"):
        child.wait_until(lambda: False, seconds=10)


def test_a_process_is_asked_once_however_often_it_is_stopped(tmp_path: Path) -> None:
    """A second signal would meet an interpreter that ends, and whose handlers are gone."""
    slow_to_end = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    signal.signal(signal.SIGTERM, signal.SIG_DFL)\n"
        "    time.sleep(0.5)\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    log = tmp_path / "child.log"
    child = Child.start("slow to end", [sys.executable, "-c", slow_to_end], log=log)
    child.wait_until(lambda: "ready" in log.read_text(), seconds=10)

    child.request_stop()
    time.sleep(0.2)

    assert child.stop() == 0
