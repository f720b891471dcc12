"""What was packed once is used again, for the same forms and words alone."""

from functools import partial
from pathlib import Path

import pytest

from bucketsieve.detect.cache import Cache
from bucketsieve.detect.catalogue import Catalogue, load_catalogue
from bucketsieve.detect.catalogue.kept import dump, restore
from bucketsieve.detect.compiled import CompiledCatalogue, compile_catalogue
from bucketsieve.detect.custom import CustomIdentifier
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.lanes.vectorscan import VectorscanLane
from bucketsieve.detect.native import native_lane, pack, plan

pytest.importorskip("bucketsieve.detect.native._core", reason="NO EXTENSION, so its plans were NOT kept")

from bucketsieve.detect.native.lane import NativeLane

TEXT = b"\nssn: 536-22-8726, card 4539148803436467, mail ana.alvarez@initech.com\n"


def compiled(cache: Cache, *detectors: str) -> CompiledCatalogue:
    chosen = load_catalogue().only(detectors).detectors
    return compile_catalogue(chosen, VectorscanLane, {}, partial(native_lane, cache=cache))


def found(catalogue: CompiledCatalogue) -> list[bytes]:
    assert isinstance(catalogue.native, NativeLane)
    return list(catalogue.native.plan.search(TEXT, 1, len(TEXT) - 1, 0, len(TEXT)))


def test_a_plan_is_packed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = compiled(Cache(tmp_path), "us_ssn", "email")
    monkeypatch.setattr(pack, "pack", None)
    again = compiled(Cache(tmp_path), "us_ssn", "email")

    assert found(again) == found(first) != [b"", b""]


def test_identifiers_of_ones_own_leave_what_was_prepared_for_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = load_catalogue().only(("us_ssn", "email"))
    catalogue = Catalogue(restore(dump(few.detectors), "few"), few.version, kept=True)
    lane = partial(native_lane, cache=Cache(tmp_path))
    Engine(catalogue, fingerprint_key=bytes(32), native=lane)
    monkeypatch.setattr(plan, "prepare", None)
    badge = CustomIdentifier(id="badge", name="Badge", pattern=r"\bB\d{6}\b", keywords=("gate",))

    session = Engine(catalogue, fingerprint_key=bytes(32), native=lane, custom=[badge]).session()
    session.feed(TEXT + b"gate: B123456")

    assert session.finish().counts == {"us_ssn": 1, "email": 1, "badge": 1}


def test_other_detectors_have_another_plan(tmp_path: Path) -> None:
    compiled(Cache(tmp_path / "one"), "us_ssn", "email")
    compiled(Cache(tmp_path / "both"), "us_ssn", "email")

    after_another = found(compiled(Cache(tmp_path / "both"), "credit_card", "us_ssn"))

    assert after_another == found(compiled(Cache(tmp_path / "fresh"), "credit_card", "us_ssn"))
    assert after_another != found(compiled(Cache(tmp_path / "one"), "us_ssn", "email"))
