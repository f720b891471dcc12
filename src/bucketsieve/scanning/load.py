"""How much the process has taken on, and which objects may be read beside which."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Load:
    """Objects that were taken on and have no outcome yet. New chunks are fetched only while it is below capacity.

    What is fetched and waits in memory counts as in flight with SQS, and holds back the jobs that a fair queue would
    let pass; so no more is fetched than can be started.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._objects = 0
        self._changed = Condition()

    def add(self, objects: int) -> None:
        """Take on so many; a negative number gives back."""
        with self._changed:
            self._objects += objects
            self._changed.notify_all()

    def wait_for_room(self, timeout: float) -> bool:
        """Wait, up to ``timeout`` seconds, until another object could start; say whether it could."""
        with self._changed:
            return self._changed.wait_for(lambda: self._objects < self._capacity, timeout)


class Solitude:
    """Lets objects be read side by side, but a suspect one only with no other beside it in the whole process.

    An object that kills the process then has only its own attempt on the record, not that of an innocent neighbour.
    """

    def __init__(self) -> None:
        self._among_others = 0
        self._alone_or_waiting = 0
        self._alone = False
        self._changed = Condition()

    @contextmanager
    def among_others(self) -> Iterator[None]:
        """Hold the block until no suspect object is read or waits to be."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone_or_waiting)
            self._among_others += 1
        try:
            yield
        finally:
            with self._changed:
                self._among_others -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the block until nothing else is read, and everything else until its end."""
        with self._changed:
            self._alone_or_waiting += 1
            self._changed.wait_for(lambda: not self._alone and not self._among_others)
            self._alone = True
        try:
            yield
        finally:
            with self._changed:
                self._alone = False
                self._alone_or_waiting -= 1
                self._changed.notify_all()
