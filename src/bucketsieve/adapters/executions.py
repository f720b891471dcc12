"""Starts and watches executions of the listing's state machine."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from bucketsieve.errors import TransientError
from bucketsieve.ports import ExecutionStatus

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StepFunctionsExecutions:
    """``ListingExecutions`` on Step Functions."""

    def __init__(self, step_functions: "SFNClient", state_machine_arn: str) -> None:
        self._step_functions = step_functions
        self._state_machine_arn = state_machine_arn

    def start(self, name: str, state: dict[str, object], *, trace_header: str | None) -> str:
        """Start an execution; a name that is taken was started before, which is as good.

        Raises:
            TransientError: Step Functions did not take it; nothing is known of whether it runs.
        """
        trace = {"traceHeader": trace_header} if trace_header else {}
        try:
            started = self._step_functions.start_execution(
                stateMachineArn=self._state_machine_arn, name=name, input=json.dumps(state), **trace
            )
        except self._step_functions.exceptions.ExecutionAlreadyExists:
            return f"{self._state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
        except (ClientError, BotoCoreError) as error:
            raise TransientError(f"the execution was not started: {type(error).__name__}") from error
        return started["executionArn"]

    def status(self, execution_arn: str) -> ExecutionStatus:
        """Say what became of an execution.

        Raises:
            TransientError: Step Functions did not answer.
        """
        try:
            return ExecutionStatus(self._step_functions.describe_execution(executionArn=execution_arn)["status"])
        except self._step_functions.exceptions.ExecutionDoesNotExist:
            return ExecutionStatus.MISSING
        except (ClientError, BotoCoreError) as error:
            raise TransientError(f"the execution's status is unknown: {type(error).__name__}") from error
