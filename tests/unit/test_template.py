"""What the template gives to a function is what the function reads, and nothing else."""

import json
from typing import Any, Final

import pytest
import yaml

from bucketsieve.settings import (
    ApiSettings,
    DatabaseSettings,
    DeadLetterSettings,
    ListingSettings,
    MigrateSettings,
    RefreshSettings,
)
from tests.conftest import PROJECT


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's tags as the values below them."""


def _untagged(loader: yaml.SafeLoader, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _untagged)

TEMPLATE: Final[dict[str, Any]] = yaml.load((PROJECT / "template.yaml").read_text(), _Loader)  # noqa: S506 (a safe one)
FUNCTIONS: Final = {
    logical_id: resource["Properties"]
    for logical_id, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}
SETTINGS: Final[dict[str, type[DatabaseSettings]]] = {
    "ApiFunction": ApiSettings,
    "ListBatchFunction": ListingSettings,
    "RefreshFunction": RefreshSettings,
    "DeadLetterFunction": DeadLetterSettings,
    "MigrateFunction": MigrateSettings,
}


def variables(function: str) -> set[str]:
    of_all = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    return {*of_all, *FUNCTIONS[function]["Environment"]["Variables"]}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_functions_variables_are_the_fields_of_its_settings(function: str) -> None:
    fields = {name.upper() for name in SETTINGS[function].model_fields}

    assert {name for name in variables(function) if not name.startswith("POWERTOOLS_")} == fields


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_events_to_invoke_it_with(function: str) -> None:
    folder = FUNCTIONS[function]["CodeUri"].strip("/").removeprefix("functions/")

    assert list((PROJECT / "events" / folder).glob("*.json"))


def test_the_event_environment_redirects_only_variables_of_the_template() -> None:
    environment = json.loads((PROJECT / "events" / "env.json").read_text())

    assert environment.keys() == FUNCTIONS.keys()
    for function, values in environment.items():
        assert values.keys() <= variables(function) | {"AWS_ENDPOINT_URL"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_followed_by_its_log_group(function: str) -> None:
    resources = list(TEMPLATE["Resources"])

    assert resources[resources.index(function) + 1] == f"{function}LogGroup"
    assert FUNCTIONS[function]["LoggingConfig"]["LogGroup"] == f"{function}LogGroup"


def test_every_parameter_is_described_and_in_a_group() -> None:
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    assert {name for group in groups for name in group["Parameters"]} == TEMPLATE["Parameters"].keys()
    assert all(parameter["Description"] for parameter in TEMPLATE["Parameters"].values())
