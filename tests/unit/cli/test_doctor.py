import json
from pathlib import Path

import pytest

from bucketsieve.cli import doctor, main
from bucketsieve.cli.rules import Rules, cache
from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.selftest import Tried

KEY = bytes(32)


def test_a_sound_installation_exits_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0

    said = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    catalogue = load_catalogue()
    assert said["detectors"] == str(len(catalogue.detectors))
    assert said["ruleset"] == catalogue.version
    assert said["lane"].startswith(("native", "reference"))
    assert said["cache"].startswith(str(cache().folder))
    assert said["missed"] == "none"


def test_a_detector_that_misses_its_canary_exits_with_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = load_catalogue().only(["us_ssn", "email", "credit_card"])
    monkeypatch.setattr(doctor, "load_catalogue", lambda _cache: few)
    blind = Engine(few._replace(detectors=few.only(["email", "credit_card"]).detectors), fingerprint_key=KEY)
    monkeypatch.setattr(Rules, "try_lanes", lambda _rules: Tried(blind, ()))

    assert main(["doctor", "--format", "json"]) == 1

    said = json.loads(capsys.readouterr().out)
    assert said["missed"] == [f"us_ssn: its canary {place} is not found" for place in ("alone", "after other text")]


def test_lanes_that_miss_a_canary_are_told_and_exit_with_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = load_catalogue().only(["us_ssn"])
    monkeypatch.setattr(doctor, "load_catalogue", lambda _cache: few)
    reference = Tried(Engine(few, fingerprint_key=KEY, native=None), ("us_ssn",))
    monkeypatch.setattr(Rules, "try_lanes", lambda _rules: reference)

    assert main(["doctor", "--format", "json"]) == 1

    said = json.loads(capsys.readouterr().out)
    assert said["lane"] == "reference (the fast lanes miss canaries)"
    assert said["missed"] == ["us_ssn: not found by the fastest lanes"]


def test_a_scan_warns_of_lanes_that_miss_a_canary(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = load_catalogue().only(["us_ssn"])
    reference = Tried(Engine(few, fingerprint_key=KEY, native=None), ("us_ssn",))
    monkeypatch.setattr(Rules, "try_lanes", lambda _rules: reference)

    assert main(["scan", str(folder)]) == 0

    said = capsys.readouterr()
    assert f"bucketsieve: {reference.warning}\n" in said.err
    assert "us_ssn" in said.out


def test_a_cache_that_cannot_be_used_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = load_catalogue().only(["us_ssn"])
    monkeypatch.setattr(doctor, "load_catalogue", lambda _cache: few)
    monkeypatch.setattr(Rules, "try_lanes", lambda _rules: Tried(Engine(few, fingerprint_key=KEY), ()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "bucketsieve").mkdir()
    (tmp_path / "bucketsieve").chmod(0o777)

    assert main(["doctor"]) == 0

    assert "not used" in capsys.readouterr().out
