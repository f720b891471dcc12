"""What holds data says what becomes of it when it goes, and what stays is what docs/deployment.md says."""

from typing import Any, Final

import pytest
from lint.stacks import production

from tests.conftest import PROJECT

STACKS: Final = {"Application": production(), **production().nested()}

#: Types that hold what cannot be made again by deploying.
HOLD_DATA: Final = {
    "AWS::ECR::Repository",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBInstance",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
}
#: What is left of a deployment, and the words for it in "Deleting it".
LEFT: Final = {
    "Server": "a last snapshot and the automatic backups of the database",
    "FingerprintKey": "the secret with the key of the fingerprints",
    "Key": "the KMS\nkey",
    "ApiLogDeliveryRole": "the role with which API Gateway writes logs",
    "ApiLogDelivery": "the role with which API Gateway writes logs",
}

RESOURCES: Final = {name: resource for stack in STACKS.values() for name, resource in stack.resources.items()}


@pytest.mark.parametrize(
    "resource",
    [pytest.param(resource, id=name) for name, resource in RESOURCES.items() if resource["Type"] in HOLD_DATA],
)
def test_what_holds_data_says_what_becomes_of_it(resource: dict[str, Any]) -> None:
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"]


def test_what_stays_is_what_the_guide_says() -> None:
    guide = (PROJECT / "docs" / "deployment.md").read_text().partition("## Deleting it")[2]
    left = {name for name, resource in RESOURCES.items() if resource.get("DeletionPolicy") in {"Retain", "Snapshot"}}

    assert left == LEFT.keys()
    assert [words for words in LEFT.values() if words not in guide] == []
