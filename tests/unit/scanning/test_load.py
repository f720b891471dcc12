"""What is taken on, and what is read beside what."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from bucketsieve.scanning.load import Load, Solitude


def test_there_is_room_below_capacity_only() -> None:
    load = Load(2)

    load.add(2)
    assert not load.wait_for_room(0)

    load.add(-1)
    assert load.wait_for_room(0)


def test_waiting_for_room_ends_when_an_object_does() -> None:
    load = Load(1)
    load.add(1)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(load.wait_for_room, 10)

        load.add(-1)

        assert waiting.result()


def test_objects_are_read_side_by_side() -> None:
    solitude, both_in = Solitude(), Barrier(2, timeout=10)

    def read() -> None:
        with solitude.among_others():
            both_in.wait()

    with ThreadPoolExecutor(2) as threads:
        for reading in [threads.submit(read), threads.submit(read)]:
            reading.result()


def test_a_suspect_waits_for_the_others_and_then_is_alone() -> None:
    solitude, order = Solitude(), []
    first_in, first_may_end, suspect_in, suspect_may_end = Event(), Event(), Event(), Event()

    def first() -> None:
        with solitude.among_others():
            first_in.set()
            assert first_may_end.wait(10)
            order.append("first")

    def suspect() -> None:
        with solitude.alone():
            suspect_in.set()
            assert suspect_may_end.wait(10)
            order.append("suspect")

    def second() -> None:
        with solitude.among_others():
            order.append("second")

    with ThreadPoolExecutor(3) as threads:
        threads.submit(first)
        assert first_in.wait(10)
        threads.submit(suspect)
        assert not suspect_in.wait(0.05)
        first_may_end.set()
        assert suspect_in.wait(10)
        threads.submit(second)
        suspect_may_end.set()

    assert order == ["first", "suspect", "second"]
