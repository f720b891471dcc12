"""Telephone numbers as regular expressions of their digits, from the metadata of `phonenumbers`.

Of a number with a country code, or as it is dialled in its country, this says what the library makes of it. Where it
hangs on more, on prefixes of carriers or, for numbers as they are dialled, on islands that share a country's code, it
says only that.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from phonenumbers.phonemetadata import PhoneMetadata

#: The kinds of numbers there are.
KINDS: Final = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "pager", "uan",
    "voicemail",
)  # fmt: skip
#: Country codes whose numbers of a kind are not all among the country's.
LOOSE: Final = (43, 49)
_NORTH_AMERICA: Final = 1


def metadata_of(code: int, region: str) -> PhoneMetadata:
    """The metadata of a region with this country code."""
    found = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    assert found is not None
    return found


def assigned(metadata: PhoneMetadata) -> str:
    """Matches the numbers of all kinds, without the prefix that is dialled before them."""
    kinds = [getattr(metadata, kind) for kind in KINDS]
    return _either({kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern})


def general(metadata: PhoneMetadata) -> str:
    """Matches what may be a number."""
    assert metadata.general_desc is not None
    return f"(?:{metadata.general_desc.national_number_pattern})"


class Abroad:
    """Numbers that begin with a country code other than North America's."""

    def __init__(self) -> None:
        """Each country code as it stands in the metadata, its main region first."""
        self._codes = [
            (code, [metadata_of(code, region) for region in regions])
            for code, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items(), key=lambda item: str(item[0]))
            if code != _NORTH_AMERICA
        ]

    def __repr__(self) -> str:
        return f"Abroad({len(self._codes)} country codes)"

    @property
    def possible(self) -> str:
        """Matches all numbers but those that are none by their country's general description."""
        loose = [f"{code}{general(regions[0])}" for code, regions in self._codes if code in LOOSE]
        return "|".join([*loose, *(rf"{begin}\d*" for begin in _other_beginnings([str(code) for code in LOOSE]))])

    @property
    def with_prefix(self) -> str:
        """Matches numbers of which a prefix behind the country code may have to be taken off."""
        prefixes = [(code, regions[0].national_prefix_for_parsing) for code, regions in self._codes]
        return _either({f"{code}{_prefix(prefix)}" for code, prefix in prefixes if prefix}) + r"\d*"

    @property
    def assigned(self) -> Iterator[str]:
        """Match the numbers of all regions; those that share a country code have no number that the others rule out."""
        patterns = [(str(code), assigned(region)) for code, regions in self._codes for region in regions]
        for _, group in groupby(patterns, lambda item: item[0][0]):
            yield _either({f"{code}{pattern}" for code, pattern in group})


class AtHome:
    """Numbers as they are dialled in a region outside of North America."""

    def __init__(self, region: str) -> None:
        """Raises ValueError for a region that is not the main one of its country code."""
        self._regions = next(regions for regions in COUNTRY_CODE_TO_REGION_CODE.values() if region in regions)
        metadata = PhoneMetadata.metadata_for_region(region)
        if metadata is None or self._regions[0] != region or metadata.leading_digits or metadata.country_code is None:
            raise ValueError(f"numbers of {region} cannot be told by themselves")
        self._metadata = metadata
        self.code = metadata.country_code

    def __repr__(self) -> str:
        return f"AtHome({self._regions[0]})"

    @property
    def dialled_abroad(self) -> str:
        """Matches what begins like a number of another country."""
        return rf"(?:00|{_prefix(self._metadata.international_prefix)})\d*"

    @property
    def zero(self) -> bool:
        """Whether a zero is dialled before a number, and no more."""
        return "0" in (self._metadata.national_prefix_for_parsing or "").split("|")

    @property
    def with_prefix(self) -> str:
        """Matches numbers of which a prefix other than the zero may have to be taken off; empty: there are none."""
        prefix = self._metadata.national_prefix_for_parsing
        return "" if prefix in (None, "0") else _prefix(prefix) + r"\d*"

    @property
    def possible(self) -> str:
        """Matches what may be a number."""
        return general(self._metadata)

    @property
    def assigned(self) -> str:
        """Matches the region's numbers."""
        return assigned(self._metadata)

    @property
    def shared(self) -> str:
        """Matches the numbers of other regions with the same country code; empty: there are none."""
        others = self._regions[1:]
        return _either({assigned(metadata_of(self.code, each)) for each in others}) if others else ""


def _prefix(pattern: str | None) -> str:
    """That it reaches to the end of the number is a detail."""
    return f"(?:{(pattern or '').replace('$', '')})"


def _either(patterns: set[str]) -> str:
    return f"(?:{'|'.join(sorted(patterns))})"


def _other_beginnings(codes: Sequence[str]) -> Iterator[str]:
    """Match the beginnings of numbers that have none of these codes, of two digits each."""
    for first in "123456789":
        seconds = [code[1] for code in codes if code[0] == first]
        yield f"{first}[{''.join(set('0123456789') - set(seconds))}]" if seconds else first
