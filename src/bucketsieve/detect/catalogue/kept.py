"""The parsed catalogue as bytes for a cache; parsing the families and their patterns takes longer than a small scan.

Of hundreds of detectors a scan meets few, so each is kept by itself, and made when it is first asked for.
"""

import hashlib
import marshal
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, overload

from bucketsieve.detect.catalogue import precompiled
from bucketsieve.detect.catalogue.entry import Context, Detector, Form, Standing
from bucketsieve.detect.model import Confidence, Severity

_SEVERITY, _FORMS = map(Detector._fields.index, ("severity", "forms"))
_CONTEXT, _CONFIDENCE = map(Form._fields.index, ("context", "confidence"))
#: By value; to call an enumeration takes ten times as long.
_SEVERITIES = {each.value: each for each in Severity}
_CONTEXTS = {each.value: each for each in Context}
_CONFIDENCES = {each.value: each for each in Confidence}


class Facts(NamedTuple):
    """What every start asks of all forms together, by their numbers in the whole catalogue.

    ``plain``: those that wait for no context word. ``vocabulary``: see `Words.dump`. What every finding asks of its
    detector, and of its form: ``severities``, ``contexts`` and ``confidences``, by value.
    """

    plain: tuple[int, ...]
    distance: int
    width: int
    vocabulary: tuple[bytes, ...]
    severities: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    confidences: tuple[str, ...] = ()


class Detectors(Sequence[Detector]):
    """The detectors of `dump`. ``key`` names them: it is another for others."""

    def __init__(self, data: bytes, key: str = "") -> None:
        self.key = key
        ids, counts, facts, self._rows = marshal.loads(data)  # noqa: S302  (`cache` vouches for it)
        self.ids: tuple[str, ...] = ids
        self.facts = Facts(*facts)
        #: The number of each detector's first form, and behind the last how many there are.
        self.first_forms: list[int] = list(accumulate(counts, initial=0))
        self._made: dict[int | slice, Detector] = {}

    def __repr__(self) -> str:
        return f"Detectors({len(self.ids)})"

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, number: int) -> Detector: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Detector]: ...
    def __getitem__(self, number: int | slice) -> Detector | Sequence[Detector]:
        try:
            return self._made[number]  # nearly always
        except KeyError:
            if isinstance(number, slice):
                return [self[each] for each in range(*number.indices(len(self)))]
        made = self._made[number] = _detector(marshal.loads(self._rows[number]))  # noqa: S302  (as above)
        return made

    def severity(self, number: int) -> Severity:
        """That of a detector, which is not made for it."""
        return _SEVERITIES[self.facts.severities[number]]

    def standing(self, form: int) -> Standing:
        """That of a form by its number among all, which is not made for it."""
        return Standing(_CONTEXTS[self.facts.contexts[form]], _CONFIDENCES[self.facts.confidences[form]])


def severity_of(detectors: Sequence[Detector], number: int) -> Severity:
    """That of a detector."""
    return detectors.severity(number) if isinstance(detectors, Detectors) else detectors[number].severity


def ids_of(detectors: Sequence[Detector]) -> tuple[str, ...]:
    """Their ids, in order."""
    return detectors.ids if isinstance(detectors, Detectors) else tuple(each.id for each in detectors)


def dump(detectors: Iterable[Detector]) -> bytes:
    """The detectors field by field, with their patterns compiled, for the same Python alone."""
    from bucketsieve.detect.vocabulary import Words  # noqa: PLC0415  (not needed with what was kept)

    rows = list(detectors)
    forms = [form for each in rows for form in each.forms]
    facts = Facts(
        plain=tuple(number for number, form in enumerate(forms) if form.context is not Context.REQUIRED),
        distance=max((form.distance for form in forms), default=0),
        width=max((form.max_width for form in forms), default=0),
        vocabulary=Words(lambda: forms).dump(),
        severities=tuple(each.severity.value for each in rows),
        contexts=tuple(form.context.value for form in forms),
        confidences=tuple(form.confidence.value for form in forms),
    )
    ids, counts = tuple(each.id for each in rows), [len(each.forms) for each in rows]
    return marshal.dumps((ids, counts, tuple(facts), [marshal.dumps(_plain(each)) for each in rows]))


def restore(data: bytes, key: str = "") -> Detectors:
    """The detectors of `dump`."""
    return Detectors(data, key)


def _plain(value: Any) -> Any:  # noqa: ANN401  (a detector, a field of it, and so on)
    if isinstance(value, Form):
        digest = hashlib.sha256(repr(value).encode()).hexdigest()
        value = value._replace(compiled=precompiled.dump(value.bounded), digest=digest)
    if isinstance(value, Form | Detector):
        return list(map(_plain, value))
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return str(value) if isinstance(value, str) else value  # an enumeration's member by its value


def _detector(row: list[Any]) -> Detector:
    row[_SEVERITY] = _SEVERITIES[row[_SEVERITY]]
    row[_FORMS] = tuple(map(_form, row[_FORMS]))
    return Detector._make(row)  # half the time of a call


def _form(row: list[Any]) -> Form:
    row[_CONTEXT], row[_CONFIDENCE] = _CONTEXTS[row[_CONTEXT]], _CONFIDENCES[row[_CONFIDENCE]]
    return Form._make(row)
