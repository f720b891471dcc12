import json
from typing import Any
from uuid import UUID

from local.demo.trace_check import check_trace
from local.traces import read_traces

JOB = UUID("0d6a3f52-5a3c-4c0e-9c41-3df1f5f1f001")
TRACE = "1-69210000-000000000000000000000001"
NAMED = {"job_id": str(JOB), "bucket": "demo"}


def document(id_: str, parent: str | None, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "trace_id": TRACE,
        "parent_id": parent,
        "name": name,
        "start_time": float(int(id_, 16)),
        "end_time": float(int(id_, 16)) + 0.5,
    } | more


def scan() -> list[dict[str, Any]]:
    """A whole trace: the API's function and its handler, the listing's step below it, two scanners' below that."""
    part = {"type": "subsegment"}
    return [
        document("a0", "99", "api-function", origin="AWS::Lambda"),
        document("a1", "a0", "## lambda_handler", **part, annotations={"Service": "api"} | NAMED),
        document("b1", "a1", "ProcessBatch", **part, annotations=NAMED),
        document("c1", "b1", "scan chunk", annotations=NAMED, subsegments=[document("c2", None, "read object")]),
        document("d1", "b1", "scan chunk", annotations=NAMED),
    ]


def problems(documents: list[dict[str, Any]]) -> list[str]:
    traces = read_traces(json.dumps(each) for each in documents)
    return [problem.text for problem in check_trace(traces, JOB).problems]


def test_documents_become_a_tree_with_one_root() -> None:
    trace = read_traces(json.dumps(each) for each in reversed(scan()))[TRACE]

    (root,) = trace.roots
    (handler,) = trace.children(root)
    (listing,) = trace.children(handler)
    assert (root.id, handler.id, listing.name) == ("a0", "a1", "ProcessBatch")
    assert [step.id for step in trace.children(listing)] == ["c1", "d1"]
    assert [step.id for step in trace.ancestors(trace.by_id["c2"])] == ["c1", "b1", "a1", "a0"]
    assert trace.by_id["c2"].seconds == 0.5


def test_of_a_step_sent_twice_the_last_document_counts() -> None:
    running = document("e1", None, "scan chunk", end_time=None, in_progress=True)
    done = document("e1", None, "scan chunk", fault=True)

    (step,) = read_traces([json.dumps(running), json.dumps(done)])[TRACE].steps
    assert step.failed
    assert step.end is not None


def test_traces_are_kept_apart() -> None:
    other = document("f1", None, "refresh") | {"trace_id": "1-69210000-000000000000000000000002"}

    assert len(read_traces(json.dumps(each) for each in [*scan(), other])) == 2


def test_a_whole_trace_has_no_problems() -> None:
    assert problems(scan()) == []


def test_a_scan_without_a_trace_is_a_problem() -> None:
    assert problems([]) == ["no step ProcessBatch of the job was collected"]


def test_a_listing_of_another_job_is_not_taken_for_this_one() -> None:
    function, api, listing, *scanners = scan()
    listing["annotations"] = {"job_id": "another"}

    assert problems([function, api, listing, *scanners]) == ["no step ProcessBatch of the job was collected"]


def test_a_step_whose_parent_is_missing_breaks_the_trace() -> None:
    documents = [*scan(), document("f1", "77", "## lambda_handler", type="subsegment")]

    assert problems(documents) == ["## lambda_handler (f1) has a parent that was not collected, 77"]


def test_a_trace_that_does_not_begin_at_the_api_is_broken() -> None:
    _, _, listing, *scanners = scan()

    assert problems([listing, *scanners]) == ["the trace begins with ProcessBatch (b1), not with the API"]


def test_a_listing_in_a_trace_of_its_own_is_a_problem() -> None:
    stray = document("f1", None, "ProcessBatch", annotations={"job_id": str(JOB)}) | {"trace_id": "1-1-2"}

    assert problems([*scan(), stray]) == ["the listing has other traces as well: 1-1-2"]


def test_a_scanner_below_the_api_instead_of_the_sending_step_breaks_the_trace() -> None:
    function, api, listing, scanner, other = scan()
    scanner["parent_id"] = "a1"

    assert problems([function, api, listing, scanner, other]) == [
        "scan chunk (c1) is not below the step that sent its message, ProcessBatch"
    ]


def test_a_trace_without_a_scanner_is_broken() -> None:
    assert problems(scan()[:3]) == ["no segment of a scanner belongs to the trace"]


def test_parents_in_a_circle_are_a_problem_and_no_endless_loop() -> None:
    _, api, listing, *scanners = scan()
    api["parent_id"] = "b1"
    documents = [api, listing, *scanners]

    assert problems(documents) == ["no step begins the trace: its parents form a circle"]
    trace = read_traces(json.dumps(each) for each in documents)[TRACE]
    assert [step.id for step in trace.ancestors(trace.by_id["c1"])] == ["b1", "a1"]


def test_a_step_that_does_not_name_its_job_and_bucket_is_a_problem() -> None:
    function, api, listing, scanner, other = scan()
    api["annotations"] = {"Service": "api", "bucket": "demo"}
    other["annotations"] = {"job_id": str(JOB)}

    assert problems([function, api, listing, scanner, other]) == [
        "## lambda_handler (a1) does not name the job and its bucket",
        "scan chunk (d1) does not name the job and its bucket",
    ]
