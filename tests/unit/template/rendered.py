"""Shows texts as CloudFormation puts them together; what only it knows is in angle brackets, as in ``<Queue.Arn>``."""

import re
from typing import Any

from lint.templates import Stack


def rendered(stack: Stack, value: Any) -> str:
    """Return a value of a template as text."""
    value = stack.resolved(value)
    match value:
        case {"Fn::Sub": [text, variables]}:
            return re.sub(r"\$\{([^}]+)\}", lambda found: _named(stack, found[1], variables), text)
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([^}]+)\}", lambda found: _named(stack, found[1], {}), text)
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": parts}:
            return f"<{'.'.join(parts)}>"
        case str() | int() | float():
            return str(value)
    raise ValueError(f"{value} is no text")


def _named(stack: Stack, name: str, variables: dict[str, Any]) -> str:
    if name in variables:
        return rendered(stack, variables[name])
    if name in stack.parameters:
        return rendered(stack, stack.parameters[name])
    return f"<{name}>"
