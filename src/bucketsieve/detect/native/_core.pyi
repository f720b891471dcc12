from collections.abc import Buffer

class Plan:
    def __new__(cls, block: Buffer) -> Plan: ...
    def forms(self) -> bytes: ...
    def search(self, data: Buffer, begin: int, end: int, low: int, high: int, /) -> tuple[bytes, bytes]: ...

class Sieve:
    def __new__(cls, plan: Plan, drop_tests: bool, seed: int) -> Sieve: ...
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
    def winners(
        self, data: Buffer, base: int, closed: int, too_old: int, final: bool, enough: int, /
    ) -> tuple[bytes, bool]: ...
    def near(self, farthest: int, low: int, high: int, /) -> bytes: ...
    def forget(self, oldest: int, /) -> None: ...
    def know(self, detector: int, value: Buffer, rank: int, wanted: bool, /) -> int: ...
    def close(self, detector: int, /) -> None: ...
    def counts(self) -> tuple[bytes, bytes]: ...

def count_newlines(data: Buffer, low: int, high: int, /) -> int: ...
