"""Builds and deploys the application with the SAM CLI, to the emulator."""

import os
import platform
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from local.processes import StartError

PROJECT: Final = Path(__file__).parent.parent
TOOLS: Final = PROJECT / ".tools"

#: The name of the environment in ``samconfig.toml``.
ENVIRONMENT: Final = "local"

#: Any 12 digits are an account to the emulator, and any key opens it.
ACCOUNT: Final = "000000000000"
REGION: Final = "us-east-1"

_ARCHITECTURES: Final = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}

_SAM_SECONDS: Final = 600


def aws_environment(endpoint_url: str) -> dict[str, str]:
    """Return the variables that send every AWS SDK to the emulator, whatever the user's own configuration says."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def architecture() -> str:
    """Return this machine's processor as Lambda calls it."""
    return _ARCHITECTURES[platform.machine().lower()]


class Sam:
    """The SAM CLI at work in ``project``; what it says goes to ``log``."""

    def __init__(self, *, project: Path, endpoint_url: str, log: Path) -> None:
        self._project = project
        self._endpoint_url = endpoint_url
        self._log = log

    def build(self) -> None:
        """Build the layer and the functions for this machine's processor.

        Raises:
            StartError: it failed.
        """
        self._run("build", "--parameter-overrides", *self._parameters({}))

    def deploy(self, parameters: Mapping[str, str]) -> str:
        """Deploy what was built, with ``parameters`` beside those of ``samconfig.toml``, and return what SAM said.

        Raises:
            StartError: it failed.
        """
        return self._run("deploy", "--parameter-overrides", *self._parameters(parameters))

    @property
    def stack_name(self) -> str:
        """Return the name of the stack."""
        name: str = self._config()["global"]["parameters"]["stack_name"]
        return name

    def _config(self) -> dict[str, dict[str, dict[str, str]]]:
        config: dict[str, dict[str, dict[str, dict[str, str]]]] = tomllib.loads(
            (self._project / "samconfig.toml").read_text()
        )
        return config[ENVIRONMENT]

    def _parameters(self, parameters: Mapping[str, str]) -> list[str]:
        # On the command line they replace those of the file, so the file's come along.
        of_file = dict(
            override.split("=", 1) for override in self._config()["deploy"]["parameters"]["parameter_overrides"]
        )
        of_machine = {"LambdaArchitecture": architecture()}
        return [f"{name}={value}" for name, value in {**of_file, **of_machine, **parameters}.items()]

    def _run(self, command: str, *arguments: str) -> str:
        sam = TOOLS / "sam" / "bin" / "sam"
        if not sam.exists():
            raise StartError("the SAM CLI is not installed: run `make setup`")
        # SAM builds with the `python3.13` it finds, which needs pip: the one behind the virtual environment has it.
        path = os.pathsep.join([str(Path(sys.base_prefix) / "bin"), os.environ["PATH"]])
        environment = {**os.environ, **aws_environment(self._endpoint_url), "PATH": path, "SAM_CLI_TELEMETRY": "0"}
        result = subprocess.run(
            [sam, command, "--config-env", ENVIRONMENT, *arguments],
            cwd=self._project,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SAM_SECONDS,
            start_new_session=True,
            check=False,
        )
        with self._log.open("a") as log:
            log.write(result.stdout)
        if result.returncode:
            raise StartError(f"sam {command} failed:\n{result.stdout[-3_000:]}")
        return result.stdout
