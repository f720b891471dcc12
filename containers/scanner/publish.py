"""Builds the scanner's image and pushes it to the stack's repository, with the X-Ray daemon's image beside it.

The tasks have no way to a public registry, so whatever they run comes from the repository that the stack made.
"""

import argparse
import base64
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import boto3

PROJECT: Final = Path(__file__).parent.parent.parent

#: AWS keeps this tag at the newest release of the third version.
_DAEMON: Final = "public.ecr.aws/xray/aws-xray-daemon:3.x"

_PLATFORMS: Final = {"ARM64": "linux/arm64", "X86_64": "linux/amd64"}

#: Digits of an image's digest in its tag, as many as container engines show.
_DIGITS: Final = 12

#: Runs a container engine with these arguments and this standard input, and returns what it printed.
type Engine = Callable[[Sequence[str], str], str]


class Publisher:
    """Pushes images to one repository, each under a tag that says what is in it and is never moved."""

    def __init__(self, engine: Engine, ecr: Any, repository: str) -> None:  # noqa: ANN401 (boto3-stubs has no ECR here)
        """Push to ``repository``, the URI that the stack has as its output."""
        self._engine = engine
        self._ecr = ecr
        self._repository = repository

    def log_in(self) -> None:
        """Let the engine push for the next twelve hours."""
        [grant] = self._ecr.get_authorization_token()["authorizationData"]
        user, _, password = base64.b64decode(grant["authorizationToken"]).decode().partition(":")
        registry = self._repository.partition("/")[0]
        self._engine(["login", "--username", user, "--password-stdin", registry], password)

    def scanner(self, platform: str) -> str:
        """Build the scanner for the platform, push it and return its URI."""
        built = "bucketsieve-scanner:latest"
        self._engine(
            ["build", "--platform", platform, "--file", "containers/scanner/Dockerfile", "--tag", built, "."], ""
        )
        return self._push(built, "scanner")

    def daemon(self, platform: str) -> str:
        """Copy the X-Ray daemon for the platform and return its URI."""
        self._engine(["pull", "--quiet", "--platform", platform, _DAEMON], "")
        return self._push(_DAEMON, "xray-daemon")

    def _push(self, image: str, name: str) -> str:
        digest = self._engine(["image", "inspect", "--format", "{{.Id}}", image], "").strip().removeprefix("sha256:")
        tag = f"{name}-{digest[:_DIGITS]}"
        uri = f"{self._repository}:{tag}"
        if not self._is_there(tag):
            self._engine(["tag", image, uri], "")
            self._engine(["push", "--quiet", uri], "")
        return uri

    def _is_there(self, tag: str) -> bool:
        name = self._repository.partition("/")[2]
        try:
            self._ecr.describe_images(repositoryName=name, imageIds=[{"imageTag": tag}])
        except self._ecr.exceptions.ImageNotFoundException:
            return False
        return True


def repository_of(cloudformation: Any, stack_name: str) -> str:  # noqa: ANN401 (boto3-stubs has no CloudFormation here)
    """Return the URI of a deployed stack's repository.

    Raises:
        SystemExit: it has none, because it has no scanners.
    """
    [stack] = cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}
    if "ScannerRepositoryUri" not in outputs:
        raise SystemExit(f"stack {stack_name} has no repository: deploy it with ScannerService=true first")
    uri: str = outputs["ScannerRepositoryUri"]
    return uri


def _engine(program: str) -> Engine:
    def run(arguments: Sequence[str], text: str) -> str:
        done = subprocess.run(  # noqa: S603 (the engine that the caller chose)
            [program, *arguments], cwd=PROJECT, input=text, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    return run


def main() -> None:
    """Publish both images, and print the parameters that make the stack run them."""
    parser = argparse.ArgumentParser(description="Build the scanner's image and push it to the stack's repository.")
    parser.add_argument("--stack-name", default="bucketsieve")
    parser.add_argument("--region", help="the stack's Region, unless it is the AWS configuration's")
    parser.add_argument("--architecture", default="ARM64", choices=_PLATFORMS)
    parser.add_argument("--engine", default="docker", help="docker, or a program with the same commands")
    options = parser.parse_args()
    session = boto3.Session(region_name=options.region)
    repository = repository_of(session.client("cloudformation"), options.stack_name)
    publisher = Publisher(_engine(options.engine), session.client("ecr"), repository)
    platform = _PLATFORMS[options.architecture]
    publisher.log_in()
    scanner, daemon = publisher.scanner(platform), publisher.daemon(platform)
    sys.stdout.write(f"ScannerImageUri={scanner} ScannerTraceImageUri={daemon}\n")


if __name__ == "__main__":
    main()
