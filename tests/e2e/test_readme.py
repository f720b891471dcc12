"""What the README shows of the API, run as it stands there."""

import json
import re
import subprocess
from typing import Any, Final

from local.stack import LocalStack

from tests.conftest import PROJECT
from tests.e2e.calls import wait_for

README: Final = (PROJECT / "README.md").read_text()
#: The local stack lets in whoever reaches it, and knows no signatures.
UNSIGNED: Final = "AUTH=()"


def requests() -> list[str]:
    """Return every curl command of the README, with its continued lines."""
    section = README.partition("## The API by example")[2]
    return re.findall(r"^curl (?:.*\\\n)*.*$", section, re.MULTILINE)


def answer(command: str, **variables: str) -> dict[str, Any]:
    """Run a command of the README in bash and return the JSON it prints."""
    script = f"set -u\n{UNSIGNED}\n{command} --silent --fail-with-body\n"
    done = subprocess.run(["bash", "-c", script], env=variables, check=True, capture_output=True, text=True)
    parsed: dict[str, Any] = json.loads(done.stdout)
    return parsed


def test_the_examples_of_the_readme_work(stack: LocalStack) -> None:
    stack.client("s3").create_bucket(Bucket="my-bucket")
    stack.client("s3").put_object(Bucket="my-bucket", Key="exports/empty.csv", Body=b"")
    scan, *reads = requests()
    variables = {"API": stack.api_url, "PATH": "/usr/bin:/bin"}

    job = answer(scan, **variables)["job_id"]
    wait_for(stack, job)
    report, objects, results = (answer(read, **variables, JOB=job) for read in reads)

    assert report["status"] == "completed"
    assert [each["key"] for each in objects["items"]] == ["exports/empty.csv"]
    assert results["items"] == []
