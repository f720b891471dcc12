"""A scanner that cannot write to any file, with objects that bring in its child process."""

import signal

from tests.faults.poison.engine import poison
from tests.integration.scanning.site import Site, wait_until

PERSON = b"name: Ana Alvarez\nssn: 536-22-8726\n"
GUILTY = "3.txt"


def test_a_scanner_needs_no_disk(site: Site) -> None:
    site.s3.objects = {f"{number}.txt": PERSON for number in range(6)} | {GUILTY: PERSON + poison("segfault")}
    job_id = site.job()
    process = site.process("tests.faults.disk.scanner")
    try:
        wait_until(lambda: site.status(job_id) == "completed", "the job has completed", seconds=600)
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 0, said
    assert site.outcomes(job_id) == dict.fromkeys(site.s3.objects, "succeeded") | {GUILTY: "PARSER_CRASHED"}
    assert site.findings(job_id) == [(key, "us_ssn", 1) for key in sorted(site.s3.objects) if key != GUILTY]
