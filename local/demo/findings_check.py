"""Holds the findings of a scan against the manifest: nothing missing, nothing made up, everything in its place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bucketsieve.detect.model import MAX_LOCATIONS
from bucketsieve.results.model import FindingReport
from local.demo.manifest import DemoObject, Manifest, Span
from local.demo.problems import Problem, Promise


@dataclass(slots=True)
class Tally:
    """Occurrences of one detector: ``found`` are planted and reported, ``false`` are reported and not planted.

    ``misplaced`` counts the values among those found that were reported at another place or number of places.
    """

    planted: int = 0
    found: int = 0
    false: int = 0
    misplaced: int = 0

    @property
    def missing(self) -> int:
        """Occurrences planted and not reported."""
        return self.planted - self.found

    @property
    def right(self) -> bool:
        """Whether the report equals the manifest."""
        return self.missing == self.false == self.misplaced == 0


@dataclass(frozen=True, slots=True)
class FindingsCheck:
    """The tally of each detector, and what is wrong, in words."""

    tallies: Mapping[str, Tally]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Group:
    """All occurrences of one value in one object: what a scan reports as one finding."""

    item: DemoObject
    detector: str
    spans: list[Span] = field(default_factory=list)
    reported: bool = False


def check_findings(manifest: Manifest, findings: Iterable[FindingReport]) -> FindingsCheck:
    """Compare the findings with the manifest. They belong together by place, as findings hold no values."""
    items = {item.key: item for item in manifest.objects}
    groups = _groups(manifest)
    by_start = {(g.item.key, g.detector, span.start): g for g in groups for span in g.spans}
    fingerprints: dict[tuple[str, str], str] = {}
    tallies: dict[str, Tally] = defaultdict(Tally)
    problems: list[Problem] = []
    for detector, occurrences in manifest.occurrences().items():
        tallies[detector].planted = occurrences
    for finding in findings:
        tally, places = tallies[finding.detector], _places(finding)
        group = by_start.get((finding.key, finding.detector, places[0].start)) or _overlapped(groups, finding)
        where = f"{finding.detector} in {finding.key!r} at line {places[0].line}, column {places[0].column}"
        if group is None or group.reported:
            tally.false += finding.count
            what = "reported twice" if group else _explain(items.get(finding.key), places[0])
            problems.append(Problem(Promise.FINDINGS, f"{where}: {what}"))
            continue
        group.reported = True
        tally.found += min(finding.count, len(group.spans))
        tally.false += max(finding.count - len(group.spans), 0)
        if wrong := _misplacement(group, finding.count, places):
            tally.misplaced += 1
            problems.append(Problem(Promise.FINDINGS, f"{where}: {wrong}"))
        owner = fingerprints.setdefault((finding.detector, finding.fingerprint), finding.key)
        if owner != finding.key:
            problems.append(Problem(Promise.FINDINGS, f"{where}: has the fingerprint of another value, in {owner!r}"))
    problems += [Problem(Promise.FINDINGS, _missing(group)) for group in groups if not group.reported]
    return FindingsCheck(dict(sorted(tallies.items())), tuple(problems))


def _groups(manifest: Manifest) -> Sequence[_Group]:
    groups: dict[tuple[str, str, str], _Group] = {}
    for item, planted in manifest.reportable():
        name = (item.key, planted.detector, planted.value)
        groups.setdefault(name, _Group(item, planted.detector)).spans.append(planted.span)
    return list(groups.values())


def _places(finding: FindingReport) -> Sequence[Span]:
    return [Span(place.start, place.end, place.line, place.column) for place in finding.locations]


def _overlapped(groups: Sequence[_Group], finding: FindingReport) -> _Group | None:
    """Return the value that the finding's first place touches without beginning where it begins."""
    first = finding.locations[0]
    for group in groups:
        if (group.item.key, group.detector) == (finding.key, finding.detector) and any(
            span.start < first.end and first.start < span.end for span in group.spans
        ):
            return group
    return None


def _misplacement(group: _Group, count: int, places: Sequence[Span]) -> str:
    if count != len(group.spans):
        return f"counted {count} times, planted {len(group.spans)} times"
    for reported, planted in zip(places, group.spans, strict=False):
        if reported != planted:
            return f"reported at {reported}, planted at {planted}"
    expected = min(count, MAX_LOCATIONS)
    return "" if len(places) == expected else f"has {len(places)} places, not {expected}"


def _explain(item: DemoObject | None, place: Span) -> str:
    """Say what stands where nothing of the kind was planted."""
    if item is None:
        return "reported in an object that is not in the bucket"
    if item.reason:
        return f"reported in an object that cannot be read ({item.reason})"
    for what, span in _marked(item):
        if span.start < place.end and place.start < span.end:
            return f"not planted; there is a {what}"
    return "not planted; there is background text"


def _marked(item: DemoObject) -> Iterator[tuple[str, Span]]:
    yield from ((miss.kind, miss.span) for miss in item.near_misses)
    yield from ((f"value of {planted.detector}", planted.span) for planted in item.planted)


def _missing(group: _Group) -> str:
    first = group.spans[0]
    return f"{group.detector} in {group.item.key!r} at line {first.line}, column {first.column}: planted, not reported"
