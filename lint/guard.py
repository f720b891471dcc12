"""Holds deployments to the proactive controls of AWS Control Tower, with cfn-guard.

The controls are what AWS Foundational Security Best Practices asks of a template, and more. They judge values, so
they are shown a deployment as CloudFormation would make it: transformed, parameters filled in, conditions decided.

A resource is excepted in its metadata, as it is for checkov; an exception that no deployment needs is an error, too::

    Metadata:
      guard:
        skip: [{ id: CT.RDS.PR.7, comment: Why this control is not for this resource. }]
"""

import json
import platform
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from lint.stacks import guarded, production
from lint.templates import ALL, PROJECT, ROOT, Stack, load

_PACKAGE: Final = PROJECT / ".tools" / "npm" / "node_modules" / "@cdklabs" / "cdk-validator-cfnguard"
_RULES: Final = _PACKAGE / "rules" / "control-tower" / "cfn-guard"
_SAM_PYTHON: Final = PROJECT / ".tools" / "sam" / "bin" / "python"

#: Where the package has its binaries, by what Python calls system and processor.
_FOLDERS: Final = {"Linux": "ubuntu", "Darwin": "macos", "arm64": "aarch64"}

#: How a control names itself in its message.
_CONTROL: Final = re.compile(r"\[(CT\.[A-Z0-9.]+)\]: (.*)")


class Finding(NamedTuple):
    """A control and the resource of a template that breaks it, or is excepted from it."""

    template: str
    resource: str
    control: str


def main() -> None:
    """Print every violation without an exception, and every exception without a violation."""
    excepted = {exception for path in ALL for exception in _exceptions(path)}
    violations = _violations()
    broken, idle = sorted(violations.keys() - excepted), sorted(excepted - violations.keys())
    lines = [f"{at.template}: {at.resource} breaks {at.control}: {violations[at]}" for at in broken]
    lines += [f"{at.template}: {at.resource} needs no exception from {at.control}" for at in idle]
    sys.stdout.write("\n".join([*lines, f"cfn-guard: {len(broken)} violations, {len(excepted)} exceptions", ""]))
    sys.exit(1 if lines else 0)


def _exceptions(path: Path) -> Iterator[Finding]:
    for name, resource in load(path)["Resources"].items():
        for skip in resource.get("Metadata", {}).get("guard", {}).get("skip", []):
            if not skip["comment"]:
                raise ValueError(f"{path.name}: {name} gives no reason for its exception from {skip['id']}")
            yield Finding(path.name, name, skip["id"])


def _violations() -> dict[Finding, str]:
    """Return what the controls say of the deployments, by what broke them."""
    transformed = json.loads(subprocess.check_output([_SAM_PYTHON, PROJECT / "lint" / "transform.py", ROOT]))
    deployments = [Stack(transformed, stack.given) for stack in (production(), guarded())]
    stacks = [pair for deployment in deployments for pair in _tree(ROOT.name, deployment)]
    shown = dict.fromkeys((name, json.dumps({"Resources": _values(stack.resources)})) for name, stack in stacks)
    with TemporaryDirectory() as folder:
        for number, (name, resources) in enumerate(shown):
            Path(folder, f"{number}-{name}.json").write_text(resources)
        reports = _guard(folder)
    return {
        Finding(name := Path(report["name"]).stem.partition("-")[2], _written(resource, name), control): says
        for report in reports
        for rule in report["not_compliant"]
        for control, says in _controls(rule).items()
        for resource in _resources(rule)
    }


def _tree(name: str, stack: Stack) -> Iterator[tuple[str, Stack]]:
    yield name, stack
    for logical_id, properties in stack.of_type("AWS::CloudFormation::Stack").items():
        yield from _tree(Path(properties["TemplateURL"]).name, stack.nested()[logical_id])


def _guard(folder: str) -> list[dict[str, Any]]:
    system, processor = (_FOLDERS.get(name, name) for name in (platform.system(), platform.machine()))
    binary = _PACKAGE / "bin" / system / processor / "cfn-guard"
    options = ("--structured", "--output-format", "json", "--show-summary", "none")
    command = (binary, "validate", "--rules", _RULES, "--data", folder, *options)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    reports: list[dict[str, Any]] = json.loads(done.stdout)
    return reports


def _values(value: Any) -> Any:
    """Return a value in the type that CloudFormation gives it, with a text for what only CloudFormation knows.

    References to resources stay, since rules follow them, and so do the texts of a policy's conditions.
    """
    match value:
        case {"Fn::GetAtt": [str(stack), str(output)]} if output.startswith("Outputs."):
            return f"{stack}.{output}"
        case {"Fn::Sub": [str(text), _]} | {"Fn::Sub": str(text)}:
            return text
        case {"Fn::Split": [separator, text]}:
            return str(_values(text)).split(separator)
        case dict():
            return {key: item if ":" in key else _values(item) for key, item in value.items()}
        case list():
            return [_values(item) for item in value]
        case "true" | "false":
            return value == "true"
        case str() if value.isdecimal():
            return int(value)
    return value


def _texts(value: Any, key: str) -> Iterator[str]:
    """Yield every text under a key, at whatever depth."""
    if isinstance(value, dict):
        if isinstance(value.get(key), str):
            yield value[key]
        for item in value.values():
            yield from _texts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, key)


def _controls(rule: Mapping[str, Any]) -> dict[str, str]:
    return {found[1]: found[2] for text in _texts(rule, "custom_message") if (found := _CONTROL.search(text))}


def _resources(rule: Mapping[str, Any]) -> set[str]:
    """Return the logical ids of what broke a rule."""
    return {path.split("/")[2] for path in _texts(rule, "path") if path.startswith("/Resources/")}


def _written(resource: str, template: str) -> str:
    """Return the resource of a template that the SAM transform made this one of."""
    [path] = (path for path in ALL if path.name == template)
    names: list[str] = [name for name in load(path)["Resources"] if resource.startswith(name)]
    return max(names, key=len)


if __name__ == "__main__":
    main()
