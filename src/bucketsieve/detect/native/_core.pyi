from collections.abc import Buffer, Callable, Sequence

from bucketsieve.detect.model import Confidence, Finding, Location, Severity

#: Detector, whether the value is a published one, form, ruling, word or number.
type Judged = tuple[int, bool, int, int, int]
#: Detector's id, severity, confidence, reason.
type Beginning = tuple[str, Severity, Confidence, str]

class Plan:
    def __new__(cls, block: Buffer) -> Plan: ...
    def extent(self, form: int, data: Buffer, start: int, /) -> tuple[int, int, int] | str | None: ...
    def forms(self) -> bytes: ...
    def ruled(self, form: int, value: Buffer, /) -> int: ...
    def search(self, data: Buffer, begin: int, end: int, low: int, high: int, /) -> tuple[bytes, bytes]: ...

class Sieve:
    def __new__(cls, plan: Plan, drop_tests: bool, most_values: int, most_places: int, seed: int) -> Sieve: ...
    def set_table(self, delimiter: int, columns: int, named: Buffer, /) -> None: ...
    def search(
        self,
        data: Buffer,
        base: int,
        begin: int,
        end: int,
        low: int,
        high: int,
        header_end: int,
        first_row: int,
        limit: int,
        anchors: Buffer,
        /,
    ) -> tuple[bytes, bytes]: ...
    def add(
        self,
        start: int,
        end: int,
        detector: int,
        form: int,
        number: int,
        priority: int,
        keyword: int,
        surety: int,
        rank: int,
        /,
    ) -> None: ...
    def resume(self, form: int, place: int, /) -> None: ...
    def settle(self, closed: int, too_old: int, final: bool, /) -> None: ...
    def winners(self) -> bytes: ...
    def near(self, farthest: int, low: int, high: int, /) -> bytes: ...
    def forget(self, oldest: int, /) -> None: ...
    def write(self, unit: int, multi_byte: bool, offset: int, /) -> None: ...
    def advance(self, data: Buffer, base: int, place: int, /) -> None: ...
    def record(
        self,
        data: Buffer,
        base: int,
        limit: int,
        ahead: int,
        spell: Callable[[int, bytes], tuple[str, str]],
        line: Callable[..., str],
        /,
    ) -> None: ...
    def counts(self) -> tuple[dict[int, int], bool]: ...
    def findings(
        self,
        finding: type[Finding],
        location: type[Location],
        begun: dict[Judged, Beginning],
        begin: Callable[[int, bool, int, int, int], Beginning],
        key: bytes,
        /,
    ) -> Findings: ...

class Findings(Sequence[Finding]):
    def __new__(
        cls,
        finding: type[Finding],
        location: type[Location],
        beginnings: tuple[Beginning, ...],
        kept: bytes,
        spots: bytes,
        texts: bytes,
        /,
    ) -> Findings: ...
    def __len__(self) -> int: ...
    def __getitem__(self, number: int, /) -> Finding: ...  # type: ignore[override]  # no slices
    def json_lines(self, start: str, first: int, last: int, /) -> list[str]: ...

def count_newlines(data: Buffer, low: int, high: int, /) -> int: ...
def digest(data: Buffer, /) -> bytes: ...
