"""Lanes find the places where a detector may match, fast. Whether it does, `evaluate` decides, once for all lanes."""

from bucketsieve.detect.lanes.base import Lane, LaneFactory, Sought

__all__ = ["Lane", "LaneFactory", "Sought"]
