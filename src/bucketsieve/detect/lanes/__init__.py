"""Lanes: each finds the places where a detector may match, fast. Whether it does is decided by `evaluate`, once for all lanes."""

from bucketsieve.detect.lanes.base import Lane, LaneFactory, Sought

__all__ = ["Lane", "LaneFactory", "Sought"]
