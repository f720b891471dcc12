"""``python -m local up | down``: keeps a local stack running in the background, and stops it."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from local.processes import StartError
from local.sam import PROJECT
from local.stack import LocalStack, is_held

_DIRECTORY: Final = PROJECT / ".local"
_WORKERS: Final = 2

#: Of the process that holds the stack: its id, and what it says while it starts.
_PID_FILE: Final = _DIRECTORY / "stack.pid"
_LOG: Final = _DIRECTORY / "stack.log"
#: Where everything is; exists while the stack is up.
_ADDRESSES: Final = _DIRECTORY / "stack.json"

_POLL_SECONDS: Final = 0.2


def up() -> int:
    """Start the stack, unless it runs, and say where everything is."""
    if _holder() is None:
        _ADDRESSES.unlink(missing_ok=True)
        _DIRECTORY.mkdir(exist_ok=True)
        with _LOG.open("wb") as log:
            holder = subprocess.Popen(
                [sys.executable, "-m", "local", "hold"],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _PID_FILE.write_text(str(holder.pid))
        try:
            _follow(holder)
        except KeyboardInterrupt:
            holder.terminate()
            holder.wait()
            return 130
    if not _ADDRESSES.exists():
        print(_LOG.read_text(), file=sys.stderr)
        return 1
    for name, value in json.loads(_ADDRESSES.read_text()).items():
        print(f"{name:<24}{value}")
    return 0


def down() -> int:
    """Stop the stack, if it runs."""
    holder = _holder()
    if holder is None:
        print("the local stack is not running")
        return 0
    os.kill(holder, signal.SIGTERM)
    while _holder() is not None:
        time.sleep(_POLL_SECONDS)
    print("the local stack is stopped")
    return 0


def hold() -> int:
    """Be the process that the stack lives in, until SIGTERM."""
    try:
        with LocalStack(directory=_DIRECTORY, workers=_WORKERS, progress=lambda step: print(step, flush=True)) as stack:
            database = stack.database
            _write_whole(
                _ADDRESSES,
                {
                    "API": stack.api_url,
                    "AWS_ENDPOINT_URL": stack.endpoint_url,
                    "PostgreSQL": f"postgresql://{database.user}@{database.host}:{database.port}/{database.name}",
                    "scan queue": stack.outputs["ScanQueueUrl"],
                    "state machine": stack.outputs["StateMachineArn"],
                    "traces": str(stack.traces),
                    "logs": str(stack.logs),
                },
            )
            while True:
                signal.pause()
    except StartError as error:
        print(error)
        return 1
    finally:
        _ADDRESSES.unlink(missing_ok=True)
        _PID_FILE.unlink(missing_ok=True)


def _holder() -> int | None:
    """Return the id of the process that holds the stack, if one does."""
    return int(_PID_FILE.read_text()) if is_held(_DIRECTORY) and _PID_FILE.exists() else None


def _follow(holder: subprocess.Popen[bytes]) -> None:
    """Show what the holder says until the stack is up or the holder gone."""
    with _LOG.open() as log:
        while holder.poll() is None and not _ADDRESSES.exists():
            print(log.read(), end="", flush=True)
            time.sleep(_POLL_SECONDS)


def _write_whole(path: Path, content: dict[str, str]) -> None:
    """Write a file that nobody sees half-written."""
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(content, indent=2))
    draft.rename(path)


if __name__ == "__main__":
    commands = {"up": up, "down": down, "hold": hold}
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=commands)
    sys.exit(commands[parser.parse_args().command]())
