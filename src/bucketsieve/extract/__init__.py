"""What an object is, told by its content. Knows nothing of AWS or SQL."""

from bucketsieve.extract.text import SNIFF_BYTES, TextFormat, sniff

__all__ = ["SNIFF_BYTES", "TextFormat", "sniff"]
