import csv
import io
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bucketsieve.cli import main
from bucketsieve.cli.output import FIELDS


def test_a_clean_folder_exits_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("nothing here\n")
    assert main(["scan", str(tmp_path)]) == 0
    assert "0 occurrences" in capsys.readouterr().err


def test_findings_exit_with_1_only_when_asked(folder: Path) -> None:
    assert main(["scan", str(folder)]) == 0
    assert main(["scan", "--fail-on-findings", str(folder)]) == 1


def test_what_cannot_be_read_exits_with_3(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    assert main(["scan", str(folder)]) == 3
    said = capsys.readouterr().err
    assert f"skipped (UNSUPPORTED_FILE_TYPE): {folder / 'image.png'}" in said
    assert "not to be taken for clean" in said


def test_what_is_more_than_is_kept_is_counted_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "".join(f"someone.{number}@initech.com\n" for number in range(1_500))
    (tmp_path / "people.txt").write_text(text)
    assert main(["scan", "--format", "jsonl", "--jobs", "2", str(tmp_path)]) == 3
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1_000
    assert f"1 scanned, {len(text):,} bytes, 1,500 occurrences of 1 detectors" in said.err
    assert "FINDINGS_OVER_LIMIT): examined and counted, but not every value was kept" in said.err


def test_a_path_that_is_not_there_exits_with_3(tmp_path: Path) -> None:
    assert main(["scan", str(tmp_path / "missing")]) == 3


@pytest.mark.parametrize("arguments", [["scan"], ["scan", "--format", "xml", "."], ["scan", "--jobs", "-1", "."], []])
def test_wrong_arguments_exit_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_unknown_detectors_exit_with_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--detectors", "us_ssn,no_such", str(folder)]) == 2
    assert "no_such" in capsys.readouterr().err


def test_json_lines_carry_every_field_and_no_value(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["scan", "--format", "jsonl", str(folder)])
    said = capsys.readouterr().out
    records = [json.loads(line) for line in said.splitlines()]
    assert [tuple(record) for record in records] == [FIELDS] * 2
    first = records[0]
    assert (first["path"], first["detector"], first["start"], first["end"]) == (str(folder / "a.txt"), "us_ssn", 14, 25)
    assert (first["line"], first["column"], first["masked"]) == (1, 15, "***-**-8726")
    assert first["context"] == "Jane's SSN is ***-**-8726."
    assert "536-22" not in said
    assert "453914" not in said


def test_json_lines_escape_what_json_must(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / 'a "name"\n.txt'
    file.write_text('"SSN": "536-22-8726", \\ naïve\nSSN 536228726\n')
    main(["scan", "--format", "jsonl", str(tmp_path)])
    said = capsys.readouterr().out
    first, second = map(json.loads, said.splitlines())
    assert (first["path"], second["path"]) == (str(file), str(file))
    assert first["context"] == '"SSN": "***-**-8726", \\ naïve'
    assert (second["start"], second["end"], second["line"], second["column"]) == (35, 44, 2, 5)
    assert "naïve" in said


def test_a_file_whose_name_is_no_text_is_reported_and_ends_nothing(tmp_path: Path) -> None:
    for name in (b"a\xff.txt", b"b.txt"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text("SSN 536-22-8726\n")
    command = [sys.executable, "-m", "bucketsieve.cli", "scan", "--format", "jsonl", str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"})
    found = [json.loads(line)["path"] for line in done.stdout.splitlines()]
    assert sorted(map(os.fsencode, found)) == [bytes(tmp_path) + b"/a\xff.txt", bytes(tmp_path) + b"/b.txt"]


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_lines_that_find_no_room_are_no_success(tmp_path: Path, unbuffered: str) -> None:
    (tmp_path / "a.txt").write_text("".join(f"user{number}@hooli.com\n" for number in range(1000)))
    command = [sys.executable, "-m", "bucketsieve.cli", "scan", "--format", "jsonl", str(tmp_path)]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    written = subprocess.run(command, check=True, capture_output=True, env=environment).stdout

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(written) - 1000, len(written) - 1000))

    with (tmp_path / "out").open("wb") as out:
        done = subprocess.run(
            command, check=False, stdout=out, stderr=subprocess.DEVNULL, env=environment, preexec_fn=limit
        )
    assert done.returncode != 0


def test_csv_has_the_same_fields(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["scan", "--format", "csv", str(folder)])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["detector"] for row in rows] == ["us_ssn", "credit_card"]
    assert tuple(rows[0]) == FIELDS


def test_csv_starts_no_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("=HYPERLINK(536-22-8726)\n")
    main(["scan", "--format", "csv", str(tmp_path)])
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["context"] == "'=HYPERLINK(***-**-8726)"


def test_the_table_names_place_and_mask(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["scan", str(folder)])
    said = capsys.readouterr().out
    assert "us_ssn" in said
    assert "***-**-8726" in said


def test_processes_find_what_one_finds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fingerprints = []
    for jobs in ("1", "2"):
        main(["scan", "--format", "jsonl", "--jobs", jobs, str(folder)])
        lines = capsys.readouterr().out.splitlines()
        fingerprints.append(sorted((json.loads(line)["path"], json.loads(line)["start"]) for line in lines))
    assert fingerprints[0] == fingerprints[1]


def test_fingerprints_stay_with_a_key(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUCKETSIEVE_FINGERPRINT_KEY", "a key of at least sixteen bytes")
    outputs = []
    for _ in range(2):
        main(["scan", "--format", "jsonl", str(folder)])
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]


def test_custom_identifiers_and_allowed_values(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.toml").write_text('[[identifier]]\nid = "possessive"\nname = "P"\npattern = "Jane.s"\n')
    (tmp_path / "allowed").write_text("536-22-8726\n")
    options = ["--custom", str(tmp_path / "own.toml"), "--allow", str(tmp_path / "allowed"), "--format", "jsonl"]
    assert main(["scan", *options, str(folder)]) == 0
    found = [json.loads(line)["detector"] for line in capsys.readouterr().out.splitlines()]
    assert found == ["possessive", "credit_card"]


def test_a_bad_custom_pattern_exits_with_2_and_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.toml").write_text('[[identifier]]\nid = "bad"\nname = "B"\npattern = "abc**"\n')
    assert main(["scan", "--custom", str(tmp_path / "own.toml"), str(tmp_path)]) == 2
    assert "bad: pattern at position 3: bad repetition operator" in capsys.readouterr().err


def test_test_values_can_be_dropped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("4111111111111111\n")
    assert main(["scan", "--fail-on-findings", str(tmp_path)]) == 1
    assert main(["scan", "--fail-on-findings", "--no-test-values", str(tmp_path)]) == 0
