"""Coverage-guided fuzzing of the engine: any bytes, cut anywhere, in any encoding.

``uv run --with atheris python -m benchmarks.detect.guided -max_total_time=60 .local/fuzz``; a failure names its input.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

#: Not among the project's dependencies, see above.
atheris: Any = import_module("atheris")

with atheris.instrument_imports(include=["bucketsieve.detect"]):
    from bucketsieve.detect.catalogue import load_catalogue
    from bucketsieve.detect.catalogue.entry import marked_value
    from bucketsieve.detect.engine import Engine
    from bucketsieve.detect.model import ScanReport

_ENCODINGS: Final = (None, "utf-8", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le")
_KEY: Final = bytes(32)
_catalogue = load_catalogue()
_engine = Engine(_catalogue, fingerprint_key=_KEY)
_tiny = Engine(_catalogue, fingerprint_key=_KEY, block=128)


def _scan(engine: Engine, data: bytes, encoding: str | None, cut: int) -> ScanReport:
    session = engine.session(encoding=encoding)
    session.feed(data[:cut])
    session.feed(memoryview(data)[cut:])
    return session.finish()


def one_input(raw: bytes) -> None:
    """Two bytes choose encoding and cut, the rest is the object."""
    if len(raw) < 2:
        return
    encoding, cut, data = _ENCODINGS[raw[0] % len(_ENCODINGS)], raw[1], raw[2:]
    whole = _scan(_engine, data, encoding, 0)
    assert _scan(_engine, data, encoding, cut) == whole, "a cut changes the report"
    assert _scan(_tiny, data, encoding, 0) == whole, "blocks change the report"
    for finding in whole.findings:
        assert finding.count >= len(finding.locations) > 0
        for place in finding.locations:
            assert 0 <= place.start < place.end <= len(data)


def _seed(folder: Path) -> None:
    """The catalogue's examples, to start from."""
    folder.mkdir(parents=True, exist_ok=True)
    for detector in _catalogue.detectors:
        for number, example in enumerate(detector.examples):
            (folder / f"{detector.id}-{number}").write_bytes(b"\x01\x05" + marked_value(example)[0].encode())


def main() -> None:
    """Fuzz; the last argument, if it is no option, is the folder of inputs."""
    if len(sys.argv) > 1 and not sys.argv[-1].startswith("-"):
        _seed(Path(sys.argv[-1]))
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
