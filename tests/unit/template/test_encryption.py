"""Everything at rest is encrypted, under one key of the account unless somebody chose AWS's own."""

from typing import Any, Final

import pytest
from lint.stacks import local, production
from lint.templates import ROOT, Stack, actions, load, statements

KEY: Final = {"Fn::GetAtt": ["Key", "Outputs.KeyArn"]}
OWN_KEY: Final = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"

#: Where each kind of resource names its key.
NAMED_IN: Final = {
    "AWS::Logs::LogGroup": ("KmsKeyId",),
    "AWS::RDS::DBInstance": ("KmsKeyId", "PerformanceInsightsKMSKeyId", "MasterUserSecret"),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
}


def keys(stack: Stack, parent: str = "") -> dict[str, Any]:
    """Return the key in every place where one can be named, or nothing where none is, nested stacks included."""
    found = {}
    for name, resource in stack.resources.items():
        for place in NAMED_IN.get(resource["Type"], ()):
            named = resource["Properties"].get(place)
            found[f"{parent}{name}.{place}"] = named["KmsKeyId"] if place == "MasterUserSecret" and named else named
    for name, nested in stack.nested().items():
        found |= keys(nested, f"{name}.")
    return found


def test_everything_is_encrypted_with_the_key() -> None:
    found = keys(production())

    assert len(found) > 15
    assert found == dict.fromkeys(found, KEY)


def test_without_a_key_everything_is_left_to_aws() -> None:
    found = keys(Stack(ROOT, {"EncryptionKey": "aws"}))

    assert found == dict.fromkeys(found, None)


@pytest.mark.parametrize("stack", [production(), local()], ids=["production", "local"])
def test_queues_are_encrypted_either_way_and_never_both(stack: Stack) -> None:
    for queue in stack.of_type("AWS::SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] is ("KmsMasterKeyId" not in queue)


def test_storage_and_images_are_encrypted() -> None:
    nested = production().nested()

    assert nested["Database"].resources["Server"]["Properties"]["StorageEncrypted"] is True
    assert nested["Scanners"].resources["Repository"]["Properties"]["EncryptionConfiguration"]


def test_a_key_of_ones_own_is_taken_and_none_made() -> None:
    stack = Stack(ROOT, {"EncryptionKey": OWN_KEY})
    key = stack.nested()["Key"]

    assert not key.of_type("AWS::KMS::Key")
    assert key.resolved(key.template["Outputs"]["KeyArn"]["Value"]) == OWN_KEY
    for policy in key.of_type("AWS::IAM::ManagedPolicy").values():
        assert all(statement["Resource"] == OWN_KEY for statement in statements(policy))


def test_the_key_is_renewed_and_outlives_what_it_opens() -> None:
    key = production().nested()["Key"].resources["Key"]

    assert key["Properties"]["EnableKeyRotation"] is True
    assert key["DeletionPolicy"] == key["UpdateReplacePolicy"] == "Retain"


def test_services_use_the_key_for_this_account_and_this_application_alone() -> None:
    policy = production().nested()["Key"].resources["Key"]["Properties"]["KeyPolicy"]
    allowed = {statement["Sid"]: statement for statement in statements(policy) if statement["Effect"] == "Allow"}
    of_account = allowed.pop("LeaveItToPoliciesOfThisAccount")

    assert of_account["Principal"].keys() == {"AWS"}
    logs = allowed["EncryptLogsOfThisApplication"]["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert [group["Fn::Sub"].partition("${AWS::AccountId}:log-group:")[2] for group in logs] == [
        "/aws/*/${ApplicationName}*",
        "aws-waf-logs-${ApplicationName}",
    ]
    alarms = allowed["SendAlarmsToAnEncryptedTopic"]["Condition"]["StringEquals"]
    assert alarms == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert not [action for statement in allowed.values() for action in actions(statement) if action == "kms:*"]


def test_the_key_is_lent_to_nobody_but_services() -> None:
    policy = production().nested()["Key"].resources["Key"]["Properties"]["KeyPolicy"]
    [denied] = [statement for statement in statements(policy) if statement["Effect"] == "Deny"]

    assert (denied["Principal"], actions(denied)) == ("*", ["kms:CreateGrant"])


def test_roles_use_the_key_only_through_a_service() -> None:
    for stack in (production(), *production().nested().values()):
        for statement in statements(stack.resources):
            if "Principal" not in statement and any(action.startswith("kms:") for action in actions(statement)):
                assert any("kms:ViaService" in test for test in statement["Condition"].values())


def test_the_fingerprint_key_is_made_once() -> None:
    secret = load(ROOT)["Resources"]["FingerprintKey"]

    assert secret["DeletionPolicy"] == secret["UpdateReplacePolicy"] == "Retain"
    # CloudFormation makes a new value whenever this changes, and then no fingerprint equals one from before.
    assert secret["Properties"]["GenerateSecretString"] == {"PasswordLength": 64, "ExcludePunctuation": True}
    assert not secret["Properties"].keys() & {"Name", "SecretString"}, "another name would be another secret"


def test_no_secret_is_rotated_behind_the_scanners_back() -> None:
    stacks = (production(), *production().nested().values())

    assert not [stack for stack in stacks if stack.of_type("AWS::SecretsManager::RotationSchedule")]
