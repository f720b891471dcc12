"""Reads secrets with boto3."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from bucketsieve.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class SecretReader:
    """The current texts of secrets in Secrets Manager."""

    def __init__(self, secrets: "SecretsManagerClient") -> None:
        self._secrets = secrets

    def __call__(self, secret_id: str) -> str:
        """Return the text.

        Raises:
            TransientError: Secrets Manager did not answer, or asks to try again.
            botocore.exceptions.ClientError: it refused: the role, the key or the ARN is not as it should be.
        """
        try:
            return self._secrets.get_secret_value(SecretId=secret_id)["SecretString"]
        except BotoCoreError as error:
            raise TransientError(f"the secret was not read: {type(error).__name__}") from error
        except ClientError as error:
            busy = error.response["ResponseMetadata"]["HTTPStatusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR
            if busy or error.response["Error"]["Code"] == "ThrottlingException":
                raise TransientError(f"the secret was not read: {error.response['Error']['Code']}") from error
            raise
