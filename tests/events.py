"""The events of events/: what a function is invoked with, in tests and by ``sam local invoke`` alike."""

import json
from pathlib import Path
from typing import Any, Final

EVENTS: Final = Path(__file__).parent.parent / "events"


def event(function: str, case: str) -> dict[str, Any]:
    """Return events/<function>/<case>.json, fresh."""
    loaded: dict[str, Any] = json.loads((EVENTS / function / f"{case}.json").read_text())
    return loaded
