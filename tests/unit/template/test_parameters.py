"""Every parameter says what it is, what it may be, and what was wrong."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
from lint.stacks import guarded
from lint.templates import ALL, NESTED, ROOT, load

PARAMETERS: Final = [
    pytest.param(parameter, id=f"{path.stem}-{name}")
    for path in ALL
    for name, parameter in load(path)["Parameters"].items()
]
NUMBERS: Final = [param for param in PARAMETERS if param.values[0]["Type"] == "Number"]  # type: ignore[index]


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_parameter_is_described_in_a_sentence(parameter: dict[str, Any]) -> None:
    assert re.fullmatch(r"[A-Za-z].*\.", parameter["Description"].strip(), re.DOTALL)


@pytest.mark.parametrize("parameter", NUMBERS)
def test_a_number_has_bounds(parameter: dict[str, Any]) -> None:
    assert "AllowedValues" in parameter or "MinValue" in parameter


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_bound_that_is_no_list_of_values_has_a_message(parameter: dict[str, Any]) -> None:
    bounds = {"MinValue", "MaxValue", "MinLength", "MaxLength", "AllowedPattern"} & parameter.keys()

    assert ("ConstraintDescription" in parameter) == bool(bounds)


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_default_is_within_the_bounds(parameter: dict[str, Any]) -> None:
    default = parameter.get("Default")
    if default is None:
        return

    assert default in parameter.get("AllowedValues", [default])
    if parameter["Type"] == "Number":
        assert parameter.get("MinValue", default) <= default <= parameter.get("MaxValue", default)
    if "AllowedPattern" in parameter:
        assert re.fullmatch(parameter["AllowedPattern"], str(default))


def test_the_application_asks_for_nothing_that_has_no_default() -> None:
    assert all("Default" in parameter for parameter in load(ROOT)["Parameters"].values())


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_parameter_is_in_a_group(path: Path) -> None:
    template = load(path)
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    assert {name for group in groups for name in group["Parameters"]} == template["Parameters"].keys()


def test_every_nested_template_is_used_with_parameters_it_has() -> None:
    stacks = guarded().nested()

    assert {stack.template["Description"] for stack in stacks.values()} == {
        load(path)["Description"] for path in NESTED
    }
    for stack in stacks.values():
        assert None not in stack.parameters.values(), "a parameter without a default is given"


@pytest.mark.parametrize("name", ["BucketArns", "DatabaseName", "DatabaseTls", "LogRetentionDays", "VpcCidr"])
def test_a_parameter_that_is_handed_on_has_the_same_bounds_below(name: str) -> None:
    bounds = ("AllowedPattern", "AllowedValues", "MinValue", "MaxValue")
    above = load(ROOT)["Parameters"][name]
    for path in NESTED:
        below = load(path)["Parameters"].get(name)
        if below is not None and "Default" in below:
            assert {key: below.get(key) for key in bounds} == {key: above.get(key) for key in bounds}, path
