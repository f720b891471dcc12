"""A secret that cannot be read just now is worth another try; one that may not be read is not."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from botocore.stub import Stubber

from bucketsieve.adapters.secrets import SecretReader
from bucketsieve.errors import TransientError

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:database-abcdef"


@pytest.fixture
def secrets() -> Any:
    return boto3.client("secretsmanager", region_name="us-east-1")


def test_a_secrets_text_is_returned(secrets: Any) -> None:
    with Stubber(secrets) as stubber:
        stubber.add_response("get_secret_value", {"SecretString": "text"}, {"SecretId": ARN})

        assert SecretReader(secrets)(ARN) == "text"


@pytest.mark.parametrize(("code", "status"), [("ThrottlingException", 400), ("InternalServiceError", 500)])
def test_a_busy_service_is_worth_another_try(secrets: Any, code: str, status: int) -> None:
    with Stubber(secrets) as stubber:
        stubber.add_client_error("get_secret_value", code, http_status_code=status)

        with pytest.raises(TransientError, match=code):
            SecretReader(secrets)(ARN)


def test_a_service_that_does_not_answer_is_worth_another_try(secrets: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stall(**_: str) -> None:
        raise ConnectTimeoutError(endpoint_url="https://secretsmanager.us-east-1.amazonaws.com")

    monkeypatch.setattr(secrets, "get_secret_value", stall)

    with pytest.raises(TransientError, match="ConnectTimeoutError"):
        SecretReader(secrets)(ARN)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "DecryptionFailure"])
def test_a_refusal_stands(secrets: Any, code: str) -> None:
    with Stubber(secrets) as stubber:
        stubber.add_client_error("get_secret_value", code, http_status_code=400)

        with pytest.raises(ClientError, match=code):
            SecretReader(secrets)(ARN)
