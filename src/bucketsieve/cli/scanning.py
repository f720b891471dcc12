"""Scans one target, and many in processes of their own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bucketsieve.cli.rules import Rules
from bucketsieve.cli.targets import Target
from bucketsieve.detect.engine import Engine, Session
from bucketsieve.detect.model import Finding
from bucketsieve.errors import ObjectError, TransientError
from bucketsieve.extract import SNIFF_BYTES, sniff
from bucketsieve.reasons import Outcome, Reason

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Bytes taken from S3 at a time.
PIECE_BYTES = 1024 * 1024
_REQUEST_SECONDS = 900
#: Targets handed to the processes ahead of their turn, for each of them.
_AHEAD = 8


class Scanned(NamedTuple):
    """What became of a target. ``reason`` is None only if it was examined from its first to its last byte.

    ``counts`` are (detector id, occurrences), also of values that were too many to be kept.
    """

    path: str
    size: int
    outcome: Outcome
    reason: Reason | None = None
    findings: Sequence[Finding] = ()
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing of it can hold a value that was not looked at."""
        return self.outcome is Outcome.SUCCEEDED or self.reason is Reason.EMPTY_OBJECT

    @property
    def examined(self) -> int:
        """Bytes of it that were looked at, as far as that is known."""
        return self.size if self.complete or self.reason is Reason.FINDINGS_OVER_LIMIT else 0


def scan_target(engine: Engine, target: Target) -> Scanned:
    """Examine a target; whatever goes wrong becomes its outcome."""
    if target.reason is not None:
        return Scanned(target.path, target.size, Outcome.SKIPPED, target.reason)
    try:
        return _scan(engine, target)
    except ObjectError as error:
        return Scanned(target.path, target.size, Outcome.SKIPPED, error.reason)
    except PermissionError:
        return Scanned(target.path, target.size, Outcome.SKIPPED, Reason.PERMISSION_DENIED)
    except FileNotFoundError:
        return Scanned(target.path, target.size, Outcome.SKIPPED, Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE)
    except (OSError, TransientError):
        return Scanned(target.path, target.size, Outcome.FAILED, Reason.SOURCE_UNAVAILABLE)


def _scan(engine: Engine, target: Target) -> Scanned:
    if target.bucket:
        return _scan_pieces(engine, target, _read_object(target))
    with Path(target.path).open("rb", buffering=0) as file:
        head = b""
        while len(head) < SNIFF_BYTES and (piece := file.read(SNIFF_BYTES - len(head))):
            head += piece
        session = _session(engine, target, head)
        if isinstance(session, Scanned):
            return session
        session.feed(head)
        while session.read(file.readinto):
            pass
    return _report(session, target)


def _scan_pieces(engine: Engine, target: Target, pieces: Iterator[bytes]) -> Scanned:
    head = b""
    while len(head) < SNIFF_BYTES and (piece := next(pieces, b"")):
        head += piece
    session = _session(engine, target, head)
    if isinstance(session, Scanned):
        return session
    for piece in chain((head,), pieces):
        session.feed(piece)
    return _report(session, target)


def _session(engine: Engine, target: Target, head: bytes) -> Session | Scanned:
    """A session for what begins with ``head``; where there is nothing to be examined, what became of the target."""
    if not head:
        return Scanned(target.path, 0, Outcome.SKIPPED, Reason.EMPTY_OBJECT)
    text = sniff(head[:SNIFF_BYTES], target.path)
    if text is None:
        return Scanned(target.path, target.size, Outcome.SKIPPED, Reason.UNSUPPORTED_FILE_TYPE)
    return engine.session(encoding=text.encoding, media_type=text.media_type, size=target.size)


def _report(session: Session, target: Target) -> Scanned:
    report = session.finish()
    outcome, reason = Outcome.SUCCEEDED, None
    if report.over_limit:
        outcome, reason = Outcome.PARTIAL, Reason.FINDINGS_OVER_LIMIT
    return Scanned(target.path, report.bytes_scanned, outcome, reason, report.findings, tuple(report.counts.items()))


def _read_object(target: Target) -> Iterator[bytes]:
    return _object_reader()(target.bucket, target.key, target.etag)


@cache
def _object_reader() -> Callable[[str, str, str], Iterator[bytes]]:
    import boto3  # noqa: PLC0415  (only a scan of S3 pays for these)

    from bucketsieve.adapters.object_reader import S3ObjectReader  # noqa: PLC0415

    reader = S3ObjectReader(boto3.Session(), piece_bytes=PIECE_BYTES, time_limit_seconds=_REQUEST_SECONDS)
    return lambda bucket, key, etag: reader.read(bucket, key, etag=etag)


def scan_all(rules: Rules, targets: Iterable[Target], jobs: int) -> Iterator[Scanned]:
    """Examine all targets in ``jobs`` processes (one: in this one); the results come in the order they are ready."""
    if jobs == 1:
        engine = rules.engine()
        for target in targets:
            yield scan_target(engine, target)
    else:
        yield from _scan_beside(rules, targets, jobs)


def _scan_beside(rules: Rules, targets: Iterable[Target], jobs: int) -> Iterator[Scanned]:
    # A scan of one small file takes no longer than to load these.
    from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    # Fresh processes: a copy of one that has threads (obstore's, boto3's) may hang.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_prepare, initargs=(rules,)) as pool:
        running: set[Future[Scanned]] = set()
        for target in targets:
            running.add(pool.submit(_scan_here, target))
            if len(running) >= jobs * _AHEAD:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)


_engines: list[Engine] = []  # of this process, built once by the pool


def _prepare(rules: Rules) -> None:
    _engines.append(rules.engine())


def _scan_here(target: Target) -> Scanned:
    return scan_target(_engines[0], target)
