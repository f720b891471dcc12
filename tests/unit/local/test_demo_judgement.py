"""Each way a scan can be wrong breaks its promise, and with it the demo's exit status; a perfect scan breaks none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from local.demo.judgement import Evidence, judge
from local.demo.problems import Problem, Promise
from local.demo.report import examples, findings_table, ledger_table, trace_tree, verdict
from rich.console import Console

from bucketsieve.models import JobStatus
from bucketsieve.reasons import Reason
from bucketsieve.results.model import FindingReport, FoundLocation, JobReport, ObjectState

from .evidence import EMAIL, SSN, TOO_LONG, perfect_evidence


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return perfect_evidence(tmp_path)


def problems(evidence: Evidence, promise: Promise) -> list[str]:
    """The problems, which must all be of one promise and make the exit status 1."""
    judgement = judge(evidence)
    assert judgement.exit_status == 1
    assert {problem.promise for problem in judgement.problems} == {promise}
    return [problem.text for problem in judgement.problems]


def with_finding(evidence: Evidence, number: int, change: Callable[[FindingReport], FindingReport]) -> Evidence:
    findings = list(evidence.findings)
    findings[number] = change(findings[number])
    return replace(evidence, findings=findings)


def at(start: int, end: int, line: int, column: int) -> list[FoundLocation]:
    return [FoundLocation(start=start, end=end, line=line, column=column)]


def test_a_perfect_scan_keeps_every_promise(evidence: Evidence) -> None:
    judgement = judge(evidence)

    assert judgement.problems == ()
    assert judgement.exit_status == 0
    assert set(judgement.kept) == set(Promise)
    assert judgement.findings.tallies["us_ssn"].planted == judgement.findings.tallies["us_ssn"].found == 26


def test_a_missing_value_is_named_by_its_place(evidence: Evidence) -> None:
    without = replace(evidence, findings=evidence.findings[1:])

    assert problems(without, Promise.FINDINGS) == ["email in 'a.txt' at line 1, column 4: planted, not reported"]
    assert judge(without).findings.tallies["email"].missing == 1


def test_a_value_in_background_text_is_false(evidence: Evidence) -> None:
    made_up = evidence.findings[0].model_copy(update={"locations": at(0, 2, 1, 1)})
    (text,) = problems(replace(evidence, findings=[*evidence.findings, made_up]), Promise.FINDINGS)

    assert text == "email in 'a.txt' at line 1, column 1: not planted; there is background text"


def test_a_near_miss_that_was_reported_is_false_and_named_by_its_kind(evidence: Evidence) -> None:
    (miss,) = evidence.manifest.objects[0].near_misses
    made_up = evidence.findings[1].model_copy(update={"locations": at(miss.span.start + 2, miss.span.end - 1, 2, 31)})
    (text,) = problems(replace(evidence, findings=[*evidence.findings, made_up]), Promise.FINDINGS)

    assert text.endswith(f"not planted; there is a {TOO_LONG.kind}")


def test_a_planted_value_reported_by_another_detector_is_false(evidence: Evidence) -> None:
    also = evidence.findings[0].model_copy(update={"detector": "user_name"})
    (text,) = problems(replace(evidence, findings=[*evidence.findings, also]), Promise.FINDINGS)

    assert text.endswith("not planted; there is a value of email")
    assert judge(replace(evidence, findings=[*evidence.findings, also])).findings.tallies["user_name"].false == 1


def test_a_finding_in_an_object_that_is_not_read_is_false(evidence: Evidence) -> None:
    ghost = evidence.findings[0].model_copy(update={"key": "empty"})
    (text,) = problems(replace(evidence, findings=[*evidence.findings, ghost]), Promise.FINDINGS)

    assert text.endswith("reported in an object that cannot be read (EMPTY_OBJECT)")


def test_a_finding_that_comes_twice_is_false(evidence: Evidence) -> None:
    (text,) = problems(replace(evidence, findings=[*evidence.findings, evidence.findings[0]]), Promise.FINDINGS)

    assert text.endswith("reported twice")


@pytest.mark.parametrize("place", [(2, 23, 1, 3), (3, 22, 1, 4), (3, 23, 2, 4), (3, 23, 1, 5)])
def test_a_place_that_is_off_by_one_is_a_problem(evidence: Evidence, place: tuple[int, int, int, int]) -> None:
    moved = with_finding(evidence, 0, lambda found: found.model_copy(update={"locations": at(*place)}))
    (text,) = problems(moved, Promise.FINDINGS)

    assert "planted at Span(start=3, end=23, line=1, column=4)" in text
    assert judge(moved).findings.tallies["email"].misplaced == 1


def test_a_wrong_count_is_a_problem_though_all_places_are_right(evidence: Evidence) -> None:
    fewer = with_finding(evidence, 2, lambda found: found.model_copy(update={"count": 20}))
    (text,) = problems(fewer, Promise.FINDINGS)

    assert text.endswith("counted 20 times, planted 25 times")
    assert judge(fewer).findings.tallies["us_ssn"].missing == 5


def test_a_place_left_out_is_a_problem(evidence: Evidence) -> None:
    shortened = with_finding(evidence, 2, lambda found: found.model_copy(update={"locations": found.locations[:-1]}))
    (text,) = problems(shortened, Promise.FINDINGS)

    assert text.endswith("has 19 places, not 20")


def test_a_fingerprint_shared_by_different_values_is_a_problem(evidence: Evidence) -> None:
    same = evidence.findings[1].fingerprint
    shared = with_finding(evidence, 2, lambda found: found.model_copy(update={"fingerprint": same}))
    (text,) = problems(shared, Promise.FINDINGS)

    assert "has the fingerprint of another value" in text


def test_an_object_missing_from_the_ledger_is_named(evidence: Evidence) -> None:
    texts = problems(replace(evidence, ledger=evidence.ledger[:-1]), Promise.LEDGER)

    assert "'empty' is in the bucket, but not in the ledger" in texts


def test_an_object_twice_in_the_ledger_is_named(evidence: Evidence) -> None:
    texts = problems(replace(evidence, ledger=[*evidence.ledger, evidence.ledger[0]]), Promise.LEDGER)

    assert "'a.txt' is in the ledger 2 times" in texts


def test_an_object_that_nobody_uploaded_is_named(evidence: Evidence) -> None:
    stranger = evidence.ledger[0].model_copy(update={"key": "c.txt"})
    texts = problems(replace(evidence, ledger=[*evidence.ledger, stranger]), Promise.LEDGER)

    assert "'c.txt' is in the ledger, but not in the bucket" in texts


def test_a_wrong_outcome_is_named_though_the_sums_agree(evidence: Evidence) -> None:
    first, second, third = evidence.ledger
    swapped = [
        first.model_copy(update={"outcome": ObjectState.SKIPPED, "reason": Reason.EMPTY_OBJECT}),
        second,
        third.model_copy(update={"outcome": ObjectState.SUCCEEDED, "reason": None}),
    ]

    assert problems(replace(evidence, ledger=swapped), Promise.LEDGER) == [
        "'a.txt' is skipped (EMPTY_OBJECT), not succeeded: no detail",
        "'empty' is succeeded, not skipped (EMPTY_OBJECT): no detail",
    ]


@pytest.mark.parametrize(
    ("part", "change", "name"),
    [
        ("objects", {"listed": 4}, "objects listed"),
        ("objects", {"queued": 1}, "the sum of all states"),
        ("objects", {"succeeded": 1, "failed": 1}, "objects succeeded"),
        ("bytes", {"listed": 1}, "bytes listed"),
        ("bytes", {"scanned": 1}, "bytes scanned"),
    ],
)
def test_totals_that_do_not_add_up_are_a_problem(
    evidence: Evidence, part: str, change: dict[str, int], name: str
) -> None:
    totals = evidence.job.totals
    totals = totals.model_copy(update={part: getattr(totals, part).model_copy(update=change)})
    texts = problems(replace(evidence, job=evidence.job.model_copy(update={"totals": totals})), Promise.LEDGER)

    assert any(text.startswith(f"{name}: the job says ") for text in texts)


@pytest.mark.parametrize(("part", "name"), [("reasons", "reasons"), ("detectors", "occurrences by detector")])
def test_totals_by_name_that_lost_one_are_a_problem(evidence: Evidence, part: str, name: str) -> None:
    totals = evidence.job.totals.model_copy(update={part: {}})
    texts = problems(replace(evidence, job=evidence.job.model_copy(update={"totals": totals})), Promise.LEDGER)

    assert [text.partition(":")[0] for text in texts] == [name]


def test_a_job_that_failed_is_a_problem(evidence: Evidence) -> None:
    failed: JobReport = evidence.job.model_copy(update={"status": JobStatus.FAILED})

    assert problems(replace(evidence, job=failed), Promise.LEDGER) == [
        "the job's status: the job says failed, not completed"
    ]


def test_a_broken_trace_is_a_problem(evidence: Evidence) -> None:
    assert problems(replace(evidence, traces={}), Promise.TRACE) == ["no step ProcessBatch of the job was collected"]


def test_a_raw_value_in_a_log_is_a_leak_that_is_told_without_the_value(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "api.log").write_text(f"GET /results {SSN.value}")
    (text,) = problems(evidence, Promise.LEAKS)

    assert text == f"{tmp_path / 'api.log'}, at byte 13: a planted value as plain text"


def test_a_raw_value_in_an_answer_is_a_leak(evidence: Evidence) -> None:
    leaky = replace(evidence, texts={"API answers": [b"{}", EMAIL.value.encode()]})

    assert problems(leaky, Promise.LEAKS) == ["API answers, at byte 0: a planted value as plain text"]


def test_a_source_with_nothing_in_it_proves_nothing(evidence: Evidence) -> None:
    nothing = replace(evidence, texts={"API answers": [b"{}"], "queue messages": []})

    assert problems(nothing, Promise.LEAKS) == ["queue messages: there is nothing to search"]


def test_a_scanner_that_does_not_stop_cleanly_is_a_problem(evidence: Evidence) -> None:
    assert problems(replace(evidence, exit_statuses=[0, -9]), Promise.SHUTDOWN) == ["a worker ended with status -9"]


def test_what_is_shown_holds_no_planted_value_and_says_what_broke(evidence: Evidence) -> None:
    judgement = judge(replace(evidence, findings=evidence.findings[1:], exit_statuses=[1]))
    console = Console(width=140)
    assert judgement.trace.trace is not None
    with console.capture() as capture:
        console.print(findings_table(judgement.findings), ledger_table(judgement.ledger))
        console.print(examples(evidence.findings), trace_tree(judgement.trace.trace))
        console.print(verdict(judgement.problems, judgement.kept))

    shown = capture.get()
    assert "planted, not reported" in shown
    assert "a worker ended with status 1" in shown
    assert "ProcessBatch" in shown
    assert SSN.value not in shown
    assert EMAIL.value not in shown


def test_of_many_problems_the_first_are_shown_and_the_rest_counted() -> None:
    console = Console(width=140)
    with console.capture() as capture:
        console.print(
            verdict([Problem(Promise.LEDGER, f"object {n} [lost]") for n in range(15)], {Promise.LEDGER: "fine"})
        )

    lines = [line.strip() for line in capture.get().splitlines()]
    assert "broken 15 times" in lines[0]
    assert lines[1] == "object 0 [lost]"
    assert lines[-1] == "… and 5 more"
