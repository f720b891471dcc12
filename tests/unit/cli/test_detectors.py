from pathlib import Path

import pytest

from bucketsieve.cli import main


def test_list_shows_every_detector_of_a_region(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detectors", "list", "--region", "US"]) == 0
    said = capsys.readouterr().out
    assert "us_ssn" in said
    assert "credit_card" not in said


def test_show_says_what_and_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detectors", "show", "credit_card"]) == 0
    said = capsys.readouterr().out
    assert "validators: card" in said
    assert "CREDIT_CARD_NUMBER" in said


def test_show_of_an_unknown_detector_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detectors", "show", "no_such"]) == 2
    assert "no_such" in capsys.readouterr().err


def test_test_runs_the_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detectors", "test", "us_ssn", "email"]) == 0
    assert "2 detectors" in capsys.readouterr().out


def test_test_of_custom_identifiers_names_the_failing_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = '[[identifier]]\nid = "own"\nname = "O"\npattern = "abc"\nexamples = ["abc", "abd"]\n'
    (tmp_path / "own.toml").write_text(table)
    assert main(["detectors", "test", "--custom", str(tmp_path / "own.toml")]) == 2
    assert "own: examples: example 2 is not found" in capsys.readouterr().err


def test_explain_tells_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detectors", "explain", "us_ssn", "SSN 536-22-8726, order 000-12-3456"]) == 0
    said = capsys.readouterr().out
    assert "4-15 context: yes (beside the word 'ssn')" in said
    assert "4-15 reported: yes" in said
    assert "23-34 validator ssn: no (turned down)" in said
    assert "8726" not in said


def test_explain_says_who_got_the_value(capsys: pytest.CaptureFixture[str]) -> None:
    main(["detectors", "explain", "phone", "nothing"])
    assert "the pattern matches nowhere" in capsys.readouterr().out
