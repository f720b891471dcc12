"""Both images get to the stack's repository once, under tags that say what is in them."""

import base64
from collections.abc import Sequence
from typing import Any, Final

import pytest
from containers.scanner.publish import Publisher, repository_of

REPOSITORY: Final = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/bucketsieve-scanners"
DIGESTS: Final = {"bucketsieve-scanner:latest": "sha256:" + "a1" * 32}
DAEMON_DIGEST: Final = "sha256:" + "b2" * 32


class Engine:
    """A container engine with a registry behind it, which takes a tag only once and only after a login."""

    def __init__(self) -> None:
        self.platforms: list[str] = []
        self.password = ""
        self.local: dict[str, str] = {}
        self.pushed: dict[str, str] = {}

    def __call__(self, arguments: Sequence[str], text: str) -> str:
        match arguments:
            case ["login", "--username", "AWS", "--password-stdin", registry]:
                assert registry == REPOSITORY.partition("/")[0]
                self.password = text
            case ["build", "--platform", platform, "--file", _, "--tag", image, "."]:
                self.platforms.append(platform)
                self.local[image] = DIGESTS[image]
            case ["pull", "--quiet", "--platform", platform, image]:
                self.platforms.append(platform)
                self.local[image] = DAEMON_DIGEST
            case ["image", "inspect", "--format", "{{.Id}}", image]:
                return self.local[image] + "\n"
            case ["tag", image, uri]:
                self.local[uri] = self.local[image]
            case ["push", "--quiet", uri]:
                assert self.password == "token"
                assert uri not in self.pushed, "the registry's tags are immutable"
                self.pushed[uri] = self.local[uri]
            case _:
                raise AssertionError(arguments)
        return ""


class ImageNotFoundError(Exception):
    """ECR's ImageNotFoundException."""


class Registry:
    """ECR in front of what the engine pushed."""

    class exceptions:  # noqa: N801 (as boto3 calls it)
        ImageNotFoundException = ImageNotFoundError

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get_authorization_token(self) -> dict[str, Any]:
        return {"authorizationData": [{"authorizationToken": base64.b64encode(b"AWS:token").decode()}]}

    def describe_images(self, *, repositoryName: str, imageIds: list[dict[str, str]]) -> None:  # noqa: N803
        assert repositoryName == "bucketsieve-scanners"
        if f"{REPOSITORY}:{imageIds[0]['imageTag']}" not in self._engine.pushed:
            raise ImageNotFoundError


class CloudFormation:
    """A deployed stack with some outputs."""

    def __init__(self, outputs: dict[str, str]) -> None:
        self._outputs = outputs

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        assert StackName == "bucketsieve"
        return {
            "Stacks": [{"Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in self._outputs.items()]}]
        }


def test_both_images_are_pushed_for_the_platform_under_tags_of_their_content() -> None:
    engine = Engine()
    publisher = Publisher(engine, Registry(engine), REPOSITORY)

    publisher.log_in()
    uris = publisher.scanner("linux/arm64"), publisher.daemon("linux/arm64")

    assert uris == (f"{REPOSITORY}:scanner-a1a1a1a1a1a1", f"{REPOSITORY}:xray-daemon-b2b2b2b2b2b2")
    assert engine.pushed == {uris[0]: DIGESTS["bucketsieve-scanner:latest"], uris[1]: DAEMON_DIGEST}
    assert engine.platforms == ["linux/arm64", "linux/arm64"]


def test_what_is_there_is_not_pushed_again() -> None:
    engine = Engine()
    publisher = Publisher(engine, Registry(engine), REPOSITORY)
    publisher.log_in()
    first = publisher.scanner("linux/arm64")

    assert publisher.scanner("linux/arm64") == first
    assert len(engine.pushed) == 1


def test_the_repository_is_an_output_of_the_stack() -> None:
    assert repository_of(CloudFormation({"ScannerRepositoryUri": REPOSITORY}), "bucketsieve") == REPOSITORY


def test_a_stack_without_scanners_is_told_of() -> None:
    with pytest.raises(SystemExit, match="ScannerService=true"):
        repository_of(CloudFormation({"ApiId": "abc"}), "bucketsieve")
