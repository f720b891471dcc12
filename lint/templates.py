"""Reads the project's templates as CloudFormation does: nested stacks, and conditions decided by parameters."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

PROJECT: Final = Path(__file__).parent.parent
ROOT: Final = PROJECT / "template.yaml"
NESTED: Final = tuple(sorted((PROJECT / "infra").glob("*.yaml")))
ALL: Final = (ROOT, *NESTED)

#: What only CloudFormation knows: attributes, references to resources, addresses.
type Unknown = dict[str, Any]

_ABSENT: Final = {"Ref": "AWS::NoValue"}


class _Loader(yaml.SafeLoader):
    """Turns CloudFormation's short tags into their long forms."""


def _long_form(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    name = tag if tag in {"Ref", "Condition"} else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {name: str(text).split(".", 1) if tag == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _long_form)


@cache
def load(path: Path) -> dict[str, Any]:
    """Return a template as it is written, what it includes with it, intrinsic functions in their long form.

    Nobody may change it.
    """
    template: dict[str, Any] = _with_includes(yaml.load(path.read_text(), _Loader))  # noqa: S506 (a safe one)
    return template


def _with_includes(value: Any) -> Any:
    match value:
        case {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": location}}}:
            return yaml.safe_load((PROJECT / location).read_text())
        case dict():
            return {key: _with_includes(item) for key, item in value.items()}
        case list():
            return [_with_includes(item) for item in value]
    return value


class Stack:
    """A template with its parameters given: what CloudFormation would make, as far as that can be known before."""

    def __init__(self, template: Path | dict[str, Any], parameters: Mapping[str, Any] | None = None) -> None:
        self.template = load(template) if isinstance(template, Path) else template
        self.given = given = dict(parameters or {})
        assert given.keys() <= self.template["Parameters"].keys(), given.keys() - self.template["Parameters"].keys()
        declared = {name: parameter.get("Default") for name, parameter in self.template["Parameters"].items()}
        self.parameters = {name: self._typed(name, given.get(name, default)) for name, default in declared.items()}
        self.resources: dict[str, dict[str, Any]] = {
            name: self.resolved({key: value for key, value in resource.items() if key != "Condition"})
            for name, resource in self.template["Resources"].items()
            if "Condition" not in resource or self.holds(resource["Condition"])
        }

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the properties of all resources of a type, by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.resources.items()
            if resource["Type"] == kind
        }

    def nested(self) -> dict[str, "Stack"]:
        """Return the nested stacks that exist, by logical id, with the parameters they are given."""
        return {
            name: Stack(PROJECT / properties["TemplateURL"], properties["Parameters"])
            for name, properties in self.of_type("AWS::CloudFormation::Stack").items()
        }

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template is true."""
        return self._is_true(self.template["Conditions"][condition])

    def broken_rules(self) -> set[str]:
        """Return the names of the rules that CloudFormation would refuse these parameters by."""
        return {
            name
            for name, rule in self.template.get("Rules", {}).items()
            if self._is_true(rule["RuleCondition"])
            and not all(self._is_true(assertion["Assert"]) for assertion in rule["Assertions"])
        }

    def resolved(self, value: Any) -> Any:
        """Return a value with everything worked out that the parameters decide; the rest stays as it is."""
        if isinstance(value, list):
            return [self.resolved(item) for item in value if self.resolved(item) != _ABSENT]
        if not isinstance(value, dict):
            return value
        if value.keys() == {"Ref"} and value["Ref"] in self.parameters:
            return self.parameters[value["Ref"]]
        if value.keys() == {"Fn::Sub"} and str(value["Fn::Sub"])[2:-1] in self.parameters:
            return self.parameters[value["Fn::Sub"][2:-1]]
        if value.keys() == {"Fn::If"}:
            condition, if_true, if_false = value["Fn::If"]
            return self.resolved(if_true if self.holds(condition) else if_false)
        if value.keys() == {"Fn::Join"}:
            separator, parts = value["Fn::Join"]
            parts = self.resolved(parts)
            if isinstance(parts, list) and all(isinstance(part, str) for part in parts):
                return separator.join(parts)
            return {"Fn::Join": [separator, parts]}
        return {key: self.resolved(item) for key, item in value.items() if self.resolved(item) != _ABSENT}

    def _typed(self, name: str, value: Any) -> Any:
        kind = self.template["Parameters"][name]["Type"]
        if isinstance(value, str) and (kind == "CommaDelimitedList" or kind.startswith("List<")):
            return value.split(",")
        return str(value) if isinstance(value, int) else value

    def _is_true(self, condition: dict[str, Any]) -> bool:
        [(function, argument)] = condition.items()
        match function:
            case "Condition":
                return self.holds(argument)
            case "Fn::Not":
                return not self._is_true(argument[0])
            case "Fn::And":
                return all(self._is_true(part) for part in argument)
            case "Fn::Or":
                return any(self._is_true(part) for part in argument)
            case "Fn::Equals":
                left, right = (self.resolved(part) for part in argument)
                return (left if isinstance(left, dict) else str(left)) == (
                    right if isinstance(right, dict) else str(right)
                )
            case "Fn::EachMemberEquals":
                members, text = (self.resolved(part) for part in argument)
                return all(member == text for member in members)
        raise ValueError(f"{function} is no condition")


def statements(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every policy statement inside a value."""
    if isinstance(value, dict):
        if "Effect" in value:
            yield value
        else:
            for item in value.values():
                yield from statements(item)
    elif isinstance(value, list):
        for item in value:
            yield from statements(item)


def actions(statement: Mapping[str, Any]) -> list[str]:
    """Return a statement's actions, one or many."""
    named: str | list[str] = statement["Action"]
    return [named] if isinstance(named, str) else named
