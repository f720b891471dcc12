"""Whatever the conditions are, what a template refers to is there."""

import re
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path
from typing import Any, Final

import pytest
from lint.templates import ALL, Stack, load

#: Of more combinations than this, so many are looked at, evenly spread.
MOST: Final = 48

#: What parameters without a default get; no condition asks for these.
ANYTHING: Final = "something"


def switches(template: dict[str, Any]) -> dict[str, list[str]]:
    """Return the parameters that conditions compare, each with a value for every way that it can turn out."""
    found: dict[str, set[str]] = {}
    for compared, literal in comparisons(list(template.get("Conditions", {}).values())):
        found.setdefault(compared, set()).add(literal)
    values = {}
    for name, literals in found.items():
        allowed = [str(value) for value in template["Parameters"][name].get("AllowedValues", (ANYTHING,))]
        values[name] = sorted(literals) + [value for value in allowed if value not in literals][:1]
    return values


def comparisons(value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case {"Fn::Equals": [{"Ref": str(name)} | {"Fn::Join": ["", {"Ref": str(name)}]}, literal]}:
            yield name, str(literal)
        case dict():
            for item in value.values():
                yield from comparisons(item)
        case list():
            for item in value:
                yield from comparisons(item)


def combinations(path: Path) -> Iterator[dict[str, str]]:
    template = load(path)
    ways = switches(template)
    given = {name: ANYTHING for name, parameter in template["Parameters"].items() if "Default" not in parameter}
    count = 1
    for values in ways.values():
        count *= len(values)
    step = max(1, count // MOST) | 1  # odd, or a switch of two ways would always stand the same way
    for row in islice(product(*ways.values()), 0, None, step):
        yield given | dict(zip(ways, row, strict=True))


def references(value: Any) -> Iterator[str]:
    """Yield the logical ids that a value refers to."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), _]}:
            yield name
        case {"Fn::Sub": [str(text), dict(variables)]}:
            yield from (name for name in substituted(text) if name not in variables)
            yield from references(variables)
        case {"Fn::Sub": str(text)}:
            yield from substituted(text)
        case dict():
            for item in value.values():
                yield from references(item)
        case list():
            for item in value:
                yield from references(item)


def substituted(text: str) -> list[str]:
    return re.findall(r"\$\{([A-Za-z0-9:]+)", text)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_what_is_referred_to_is_there(path: Path) -> None:
    looked_at = 0
    for given in combinations(path):
        stack = Stack(path, given)
        if stack.broken_rules():
            continue  # CloudFormation refuses these
        outputs = [
            stack.resolved(output["Value"])
            for output in stack.template.get("Outputs", {}).values()
            if "Condition" not in output or stack.holds(output["Condition"])
        ]
        # What SAM makes is named after what it makes it for.
        of_sam = (
            name for name, resource in stack.resources.items() if resource["Type"].startswith("AWS::Serverless::")
        )
        prefixes = ("AWS::", *of_sam)
        known = stack.resources.keys() | stack.parameters.keys()
        named = set(references([stack.resources, outputs])) - known
        missing = {name for name in named if not name.startswith(prefixes)}
        assert not missing, (given, missing)
        looked_at += 1
    assert looked_at > 0


def test_every_way_is_among_the_combinations() -> None:
    for path in ALL:
        seen = list(combinations(path))
        for name, values in switches(load(path)).items():
            assert {given[name] for given in seen} == set(values), (path.name, name)
