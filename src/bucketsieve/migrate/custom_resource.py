"""The protocol of a CloudFormation custom resource: whatever happens, exactly one answer, in time and with the cause.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html
"""

import json
import threading
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from bucketsieve.metrics import Metric, emit
from bucketsieve.observability import logger

#: The same for every version of the resource: another one would make CloudFormation delete what it thinks is the old.
PHYSICAL_ID: Final = "database-schema"

#: The whole answer may have 4,096 bytes.
_REASON_CHARACTERS: Final = 1_000

#: What the answer itself may need, tries included.
MARGIN_SECONDS: Final = 45.0

_PUT_SECONDS: Final = 10

type Put = Callable[[str, bytes], None]


@retry(
    retry=retry_if_exception_type(OSError),
    wait=wait_exponential_jitter(multiplier=0.2, max=2),
    stop=stop_after_attempt(3),
    reraise=True,
)
def put(url: str, body: bytes) -> None:
    """Send an answer to the presigned URL; S3's signature covers an empty content type."""
    request = urllib.request.Request(url, body, {"Content-Type": ""}, method="PUT")  # noqa: S310 (CloudFormation's)
    urllib.request.urlopen(request, timeout=_PUT_SECONDS).close()  # noqa: S310


def settle(
    event: Mapping[str, Any], work: Callable[[], Mapping[str, str]], *, seconds_left: float, put: Put = put
) -> None:
    """Do ``work`` for a Create or an Update, nothing for a Delete (the data stays), and answer the event.

    ``work`` returns the resource's attributes. When it raises, the answer is FAILED with the error's text; when it is
    not done shortly before ``seconds_left`` are over, FAILED as well, since a function that was killed answers nothing.
    The error goes no further than the log, or Lambda would try the same event again.
    """
    answer = _Answer(event, put)
    timer = threading.Timer(max(seconds_left - MARGIN_SECONDS, 0), answer.fail, ["not done in the function's time"])
    timer.daemon = True
    timer.start()
    try:
        attributes = {} if event["RequestType"] == "Delete" else work()
    except Exception as error:  # noqa: BLE001 (the process's edge)
        logger.exception("the custom resource failed")
        answer.fail(f"{type(error).__name__}: {error}")
    else:
        answer.succeed(attributes)
    finally:
        timer.cancel()


class _Answer:
    """Sent once: the first outcome wins."""

    def __init__(self, event: Mapping[str, Any], put: Put) -> None:
        self._event = event
        self._put = put
        self._lock = threading.Lock()
        self._sent = False

    def succeed(self, attributes: Mapping[str, str]) -> None:
        self._send({"Status": "SUCCESS", "Data": dict(attributes)})

    def fail(self, reason: str) -> None:
        if self._send({"Status": "FAILED", "Reason": reason[:_REASON_CHARACTERS]}):
            emit({Metric.MIGRATIONS_FAILED: 1})

    def _send(self, outcome: dict[str, object]) -> bool:
        with self._lock:
            if self._sent:
                return False
            self._sent = True
            identity = {key: self._event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
            physical_id = self._event.get("PhysicalResourceId", PHYSICAL_ID)
            body = json.dumps({**identity, "PhysicalResourceId": physical_id, **outcome})
            self._put(self._event["ResponseURL"], body.encode())
            return True
