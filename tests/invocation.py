"""What Lambda hands a function: an event of events/, and the context of its invocation."""

import json
from pathlib import Path
from typing import Any, Final

from aws_lambda_powertools.utilities.typing import LambdaContext

EVENTS: Final = Path(__file__).parent.parent / "events"


class Context(LambdaContext):
    """A context with what Powertools logs of it."""

    def __init__(self, function: str) -> None:
        self._function_name = function
        self._memory_limit_in_mb = 256
        self._invoked_function_arn = f"arn:aws:lambda:us-east-1:123456789012:function:{function}"
        self._aws_request_id = "11111111-2222-4333-8444-555555555555"


def event(function: str, case: str) -> dict[str, Any]:
    """Return events/<function>/<case>.json, fresh."""
    loaded: dict[str, Any] = json.loads((EVENTS / function / f"{case}.json").read_text())
    return loaded
