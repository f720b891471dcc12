"""Lanes find the places where a detector may match, fast. Whether it does, `evaluate` decides, once for all lanes."""

from collections.abc import Sequence

from bucketsieve.detect.cache import Cache
from bucketsieve.detect.lanes.base import Lane, LaneFactory, Sought

__all__ = ["Lane", "LaneFactory", "Sought", "vectorscan_lane"]


def vectorscan_lane(sought: Sequence[Sought], *, cache: Cache | None = None) -> Lane:
    """The lane on Vectorscan, which is loaded only now: where the native lane is, nothing may be left for it."""
    from bucketsieve.detect.lanes.vectorscan import VectorscanLane  # noqa: PLC0415

    return VectorscanLane(sought, cache=cache)
