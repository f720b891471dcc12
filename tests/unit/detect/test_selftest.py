"""An engine whose fast lanes miss a canary is not used, and that it is so is told."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bucketsieve import bootstrap
from bucketsieve.detect import canaries, selftest
from bucketsieve.detect.allow import AllowList
from bucketsieve.detect.cache import Cache
from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.compiled import CompiledForm
from bucketsieve.detect.custom import CustomIdentifier
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.lanes import LaneFactory, Sought
from bucketsieve.detect.lanes.reference import ReferenceLane
from bucketsieve.detect.lanes.vectorscan import VectorscanLane
from bucketsieve.detect.selftest import Build, try_lanes
from bucketsieve.detect.vocabulary import Words

from .conftest import KEY, scan, spans

TEXT = b"ssn 536-22-8726, key AKIAQ3EGRVWTK7P2XM5B\n"
DETECTORS = ("aws_access_key_id", "email", "us_ssn")


@pytest.fixture(scope="session")
def few(catalogue: Catalogue) -> Catalogue:
    return catalogue.only(DETECTORS)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def build(few: Catalogue, **options: Any) -> Build:
    return partial(Engine, few, fingerprint_key=KEY, **options)


def blind_native(few: Catalogue) -> Build:
    """The native lane with a plan that another expression for social security numbers was packed into."""

    def made(*, lane: LaneFactory, native: Any) -> Engine:
        def broken(forms: Sequence[CompiledForm], words: Words) -> Any:
            numbers = [number for number, each in enumerate(few.detectors) if each.id == "us_ssn"]
            other = [
                each._replace(form=each.form._replace(source="Z{9}9", bounded="Z{9}9", compiled=b"", digest=""))
                if each.detector in numbers
                else each
                for each in forms
            ]
            return native(other, words)

        return Engine(few, fingerprint_key=KEY, lane=lane, native=broken if native else None)

    return made


class DeafLane:
    """Hears nothing."""

    def __init__(self, _sought: Sequence[Sought]) -> None:
        pass

    def search(self, _data: bytes | memoryview, _begin: int, _end: int) -> list[tuple[int, int]]:
        return []


def test_sound_lanes_are_used_and_tried_once(few: Catalogue, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    first = try_lanes(build(few), cache)
    monkeypatch.setattr(canaries, "missed", None)
    again = try_lanes(build(few), cache)

    assert (first.missed, first.warning, again.missed) == ((), "", ())
    compiled = again.engine.compiled
    assert [type(lane) for lane in compiled.lanes] == ([] if compiled.native else [VectorscanLane])


@pytest.mark.parametrize(
    "change", ["processor", "_libraries", "_code", "_vectorscan"], ids=["processor", "libraries", "code", "Vectorscan"]
)
def test_they_are_tried_again_where_something_is_another(
    few: Catalogue, cache: Cache, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    try_lanes(build(few), cache)
    monkeypatch.setattr(selftest, change, lambda *_: "another")
    tried: list[Engine] = []

    def missed(engine: Engine, _detectors: object) -> tuple[str, ...]:
        tried.append(engine)
        return ()

    monkeypatch.setattr(canaries, "missed", missed)
    try_lanes(build(few), cache)
    try_lanes(build(few), cache)

    assert len(tried) == 1


def test_other_rules_are_tried_for_themselves(
    catalogue: Catalogue, few: Catalogue, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    try_lanes(build(few), cache)
    monkeypatch.setattr(canaries, "missed", lambda _engine, detectors: [f"{each.id}: no" for each in detectors])

    assert try_lanes(build(catalogue.only(["us_ssn", "email"])), cache).missed == ("email", "us_ssn")


def test_a_plan_that_misses_a_detector_is_not_used(few: Catalogue, cache: Cache) -> None:
    pytest.importorskip("bucketsieve.detect.native._core", reason="NO EXTENSION, so no plan was broken")
    for _ in range(2):  # and nothing is kept of it
        tried = try_lanes(blind_native(few), cache)

        assert tried.missed == ("us_ssn",)
        assert tried.warning == "not found by the fast lanes on this machine: canaries of us_ssn"
        assert tried.engine.compiled.native is None
        assert type(tried.engine.compiled.lanes[0]) is VectorscanLane
        assert spans(scan(tried.engine, TEXT), "us_ssn") == [(4, 15)]


def test_vectorscan_is_asked_for_its_version_where_it_is_used() -> None:
    assert selftest._vectorscan(["NativeLane"]) == ""
    assert "hyperscan" in selftest._vectorscan(["NoneType", "VectorscanLane"])


def test_if_vectorscan_misses_a_detector_the_reference_is_used(few: Catalogue, cache: Cache) -> None:
    def made(*, lane: LaneFactory, native: Any) -> Engine:
        deaf = lane if lane is ReferenceLane else DeafLane
        return Engine(few, fingerprint_key=KEY, lane=deaf, native=None)

    tried = try_lanes(made, cache)

    assert "aws_access_key_id" in tried.missed
    assert type(tried.engine.compiled.lanes[0]) is ReferenceLane
    assert tried.engine.compiled.native is None
    assert spans(scan(tried.engine, TEXT), "aws_access_key_id") == [(21, 41)]


def test_what_every_lane_misses_makes_none_slower(few: Catalogue, cache: Cache) -> None:
    (detector,) = few.only(["email"]).detectors
    rules = Catalogue((detector._replace(examples=("«nothing»",)),), "of one")

    tried = try_lanes(build(rules), cache)

    assert tried.missed == ("email",)
    assert type(tried.engine.compiled.native) is type(Engine(rules, fingerprint_key=KEY).compiled.native)
    assert tried.warning == "not found by any lane on this machine: canaries of email"


def test_a_warning_names_few_of_many(few: Catalogue, cache: Cache) -> None:
    tried = try_lanes(build(few), cache)._replace(missed=tuple(map(str, range(25))))

    assert tried.warning.endswith("17, 18, 19 and 5 more")


@pytest.mark.parametrize(
    "options",
    [
        {"report_test_values": False},
        {"allow": AllowList(patterns=(".+",))},
        {"custom": [CustomIdentifier("numbers", "Numbers", r"\d{3}-\d{2}-\d{4}")]},
    ],
    ids=["no test values", "allowed", "taken"],
)
def test_what_one_does_not_want_is_not_missed(few: Catalogue, cache: Cache, options: dict[str, Any]) -> None:
    example = Catalogue(
        tuple(
            each._replace(examples=("jane@example.org «jane@example.org»",)) if each.id == "email" else each
            for each in few.detectors
        ),
        "with a test value",
    )

    assert try_lanes(build(example, **options), cache).missed == ()


def test_without_a_cache_they_are_tried_each_time(few: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canaries, "missed", lambda _engine, _detectors: ["email: no"])

    assert try_lanes(build(few), None).missed == ("email",)


def test_a_scanner_tells_of_lanes_that_miss_something(few: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, dict[str, str]]] = []
    logger = SimpleNamespace(error=lambda message, extra: told.append((message, extra)))
    monkeypatch.setattr(bootstrap, "logger", logger)
    sound = try_lanes(build(few), None)

    assert bootstrap._told(sound) is sound.engine
    assert told == []
    assert bootstrap._told(sound._replace(missed=("us_ssn",))) is sound.engine
    assert told == [("canaries are missed", {"cause": sound._replace(missed=("us_ssn",)).warning})]


def test_a_processor_is_told_by_its_kind_and_not_by_its_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "processor\t: {}\nvendor_id\t: A\ncpu MHz\t\t: {}\nflags\t\t: {}\n\n"
    said = set()
    for number, (pace, flags) in enumerate([("2249.9", "sse avx2"), ("3100.0", "sse avx2"), ("2249.9", "sse")]):
        file = tmp_path / str(number)
        file.write_text(lines.format(0, pace, flags) + lines.format(1, number, number))
        monkeypatch.setattr(selftest, "_PROCESSORS", file)
        said.add(selftest.processor())
    monkeypatch.setattr(selftest, "_PROCESSORS", tmp_path / "missing")

    assert len(said) == 2
    assert selftest.processor() not in said
