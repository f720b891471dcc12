"""Starts MiniStack, with what Lambda does and MiniStack leaves out. The emulator's own Python runs this.

- Layers are merged in ``/opt``. MiniStack unpacks each into a folder of its own and puts those on ``sys.path``; here
  they are linked into one folder, and variables that point into ``/opt`` point there.
- A function's error keeps its type, which the state machine's ``Retry`` looks at. MiniStack calls all errors the same.
- SQS keeps the trace header of a message that is sent in a batch. MiniStack keeps only those sent alone.
- Lambda sends the segment of the invocation to X-Ray, the parent of all that the function sends itself.
"""

import importlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

_ENVIRONMENT_IS_SET: Final = "    os.environ.update(env)\n"

_MERGE_LAYERS: Final = """
    _opt = os.path.join(os.path.dirname(code_dir), "opt")
    os.makedirs(_opt, exist_ok=True)
    for _layer in filter(None, os.environ.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep)):
        for _entry in os.listdir(_layer):
            if not os.path.lexists(os.path.join(_opt, _entry)):
                os.symlink(os.path.join(_layer, _entry), os.path.join(_opt, _entry))
    os.environ.update({k: _opt + v[4:] for k, v in env.items() if v == "/opt" or v.startswith("/opt/")})
"""

_ERROR_IS_REPORTED: Final = '"error": str(e), "trace": traceback.format_exc()'

_REPORT_TYPE: Final = '"error": str(e), "type": type(e).__name__, "trace": traceback.format_exc()'

_last: Final = threading.local()


def main() -> None:
    """Run MiniStack in the foreground; its settings come from the environment."""
    runtime = importlib.import_module("ministack.core.lambda_runtime")
    functions = importlib.import_module("ministack.services.lambda_svc")
    script = _replaced(runtime._PYTHON_WORKER_SCRIPT, _ENVIRONMENT_IS_SET, _ENVIRONMENT_IS_SET + _MERGE_LAYERS)
    _set(runtime, "_PYTHON_WORKER_SCRIPT", _replaced(script, _ERROR_IS_REPORTED, _REPORT_TYPE))
    runtime.Worker.invoke = _observed(runtime.Worker.invoke)
    _set(functions, "_execute_function_warm", _with_error_type(functions._execute_function_warm))
    queues = importlib.import_module("ministack.services.sqs")
    _set(queues, "_act_send_message", _with_attributes_of_batch(queues._act_send_message))
    queues._HANDLERS["SendMessageBatch"] = _noting_attributes(queues._act_send_message_batch)
    importlib.import_module("ministack.app").main()


def _replaced(script: str, old: str, new: str) -> str:
    if script.count(old) != 1:
        raise RuntimeError(f"another version of MiniStack than this was written for: {old!r} is not in its worker once")
    return script.replace(old, new)


def _set(module: ModuleType, name: str, value: object) -> None:
    if not hasattr(module, name):
        raise RuntimeError(f"another version of MiniStack than this was written for: it has no {name}")
    setattr(module, name, value)


def _observed(invoke: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def wrapper(worker: Any, *arguments: Any, trace_id: str | None = None, **options: Any) -> dict[str, Any]:  # noqa: ANN401 (MiniStack's)
        started = time.time()
        result = invoke(worker, *arguments, trace_id=trace_id, **options)
        _last.error_type = result.get("type")
        if trace_id:
            _send_segment(worker.func_name, trace_id, started, failed=result.get("status") != "ok")
        return result

    return wrapper


def _with_error_type(execute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def wrapper(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401 (MiniStack's)
        _last.error_type = None
        result = execute(*arguments)
        if result.get("error") and _last.error_type:
            result["body"]["errorType"] = _last.error_type
        return result

    return wrapper


def _noting_attributes(send_batch: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def wrapper(data: dict[str, Any], url: str) -> dict[str, Any]:
        _last.system_attributes = iter([entry.get("MessageSystemAttributes") for entry in data.get("Entries", ())])
        try:
            return send_batch(data, url)
        finally:
            _last.system_attributes = None

    return wrapper


def _with_attributes_of_batch(send: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def wrapper(data: dict[str, Any], url: str) -> dict[str, Any]:
        # A batch sends its entries in their order.
        of_batch = getattr(_last, "system_attributes", None)
        return send(data if of_batch is None else {**data, "MessageSystemAttributes": next(of_batch)}, url)

    return wrapper


def _send_segment(name: str, header: str, started: float, *, failed: bool) -> None:
    """Send the segment that ``header`` (``Root=…;Parent=…;Sampled=1``) names as parent to the daemon's address."""
    fields = dict(part.split("=", 1) for part in header.split(";"))
    segment = {
        "name": name,
        "id": fields["Parent"],
        "trace_id": fields["Root"],
        "start_time": started,
        "end_time": time.time(),
        "origin": "AWS::Lambda",
        "fault": failed,
    }
    host, _, port = os.environ["AWS_XRAY_DAEMON_ADDRESS"].partition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b'{"format": "json", "version": 1}\n' + json.dumps(segment).encode(), (host, int(port)))


if __name__ == "__main__":
    main()
