"""The catalogue made ready to run: validators bound, context words indexed, expressions handed to the lanes."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, overload

from bucketsieve.detect.catalogue.entry import MAX_KEYWORD, Context, Detector, Form, Standing
from bucketsieve.detect.catalogue.kept import Detectors, Facts
from bucketsieve.detect.keywords import search_expressions
from bucketsieve.detect.lanes.base import Lane, LaneFactory, Sought
from bucketsieve.detect.validators import MakeValidator, Validator, resolve
from bucketsieve.detect.vocabulary import Word, Words

if TYPE_CHECKING:
    from bucketsieve.detect.native.sieve import NativeSieve


class CompiledForm(NamedTuple):
    """A form of detector number ``detector``.

    ``group`` is what is reported: the group "value" if the pattern has it, else 0, the whole match. ``custom`` is the
    pattern of a custom identifier on RE2, None for the catalogue's. ``normalise`` is the normal form of its values, and
    ``mask`` what of them may be shown.
    """

    detector: int
    priority: int
    normalise: str
    form: Form
    validators: tuple[Validator, ...]
    custom: Any
    group: str | int
    mask: str

    @property
    def pattern(self) -> Any:  # noqa: ANN401  (google-re2 has no types; both kinds search alike)
        """What finds the form's matches, boundaries and all."""
        return self.form.pattern if self.custom is None else self.custom


class KeptForms(Sequence[CompiledForm]):
    """The forms of detectors that were kept, each bound when it is first asked for."""

    def __init__(self, detectors: Detectors, validator: MakeValidator) -> None:
        self._detectors = detectors
        self._validator = validator
        self._made: dict[int | slice, CompiledForm] = {}
        #: Names the forms: it is another for others.
        self.key = detectors.key

    def __repr__(self) -> str:
        return f"KeptForms({len(self)})"

    def __len__(self) -> int:
        return self._detectors.first_forms[-1]

    @overload
    def __getitem__(self, number: int) -> CompiledForm: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[CompiledForm]: ...
    def __getitem__(self, number: int | slice) -> CompiledForm | Sequence[CompiledForm]:
        try:
            return self._made[number]  # nearly always
        except KeyError:
            if isinstance(number, slice):
                return [self[each] for each in range(*number.indices(len(self)))]
            if not 0 <= number < len(self):
                raise IndexError(number) from None
        firsts = self._detectors.first_forms
        place = bisect_right(firsts, number) - 1
        detector = self._detectors[place]
        form = detector.forms[number - firsts[place]]
        made = self._made[number] = _bound(place, detector, form, self._validator, None)
        return made

    def standing(self, number: int) -> Standing:
        """That of a form, which is not made for it."""
        return self._detectors.standing(number)


def standing_of(forms: Sequence[CompiledForm], number: int) -> Form | Standing:
    """What a form says of a value by itself."""
    return forms.standing(number) if isinstance(forms, KeptForms) else forms[number].form


class StartLane(Protocol):
    """Finds where forms match: ``forms``, and all those that wait for a context word. Serves many threads."""

    forms: frozenset[int]

    def sieve(self, *, drop_tests: bool, max_values: int) -> "NativeSieve":
        """What an object goes through, see `NativeSieve`."""
        ...


#: Builds a lane for the forms and words of a catalogue; None if it cannot be had.
StartLaneFactory = Callable[[Sequence[CompiledForm], Words], StartLane | None]


class CompiledCatalogue(NamedTuple):
    """Forms and words, and the lanes that report them.

    ``native`` decides on what it can; what it does not search for, the ``lanes`` do, by ends: forms by their number,
    words by ``len(forms)`` + their number, or ``len(words)`` more where the reported end is one character behind the
    word's.
    """

    detectors: Sequence[Detector]
    forms: Sequence[CompiledForm]
    vocabulary: Words
    native: StartLane | None
    lanes: tuple[Lane, ...]
    #: Bytes a lane must see before a block and after it.
    look_behind: int
    look_ahead: int

    @property
    def words(self) -> tuple[Word, ...]:
        """The context words by number."""
        return self.vocabulary.all


def compile_catalogue(
    detectors: Sequence[Detector],
    factory: LaneFactory,
    ignoring: Mapping[str, Validator],
    start_lane: StartLaneFactory | None = None,
    validator: MakeValidator = resolve,
) -> CompiledCatalogue:
    """Bind everything. Raises ValueError (UnknownValidatorError) for what the catalogue names and nobody knows.

    ``ignoring`` has the validator of each custom identifier by its id; these run on RE2, in a lane of their own.
    ``validator`` makes those of the catalogue.
    """
    forms: Sequence[CompiledForm]
    if isinstance(detectors, Detectors) and not ignoring:
        forms = KeptForms(detectors, validator)
        facts, words = detectors.facts, Words(lambda: (each.form for each in forms), detectors.facts.vocabulary)
    else:
        detectors = tuple(detectors)
        forms = tuple(
            _bound(number, detector, form, validator, ignoring.get(detector.id))
            for number, detector in enumerate(detectors)
            for form in detector.forms
        )
        facts, words = _facts(forms), Words(lambda: (each.form for each in forms))
    native = start_lane(forms, words) if start_lane else None
    sought: list[Sought] = []
    own: list[Sought] = []
    for number in facts.plain:
        if native is None or number not in native.forms:
            compiled = forms[number]
            (sought if compiled.custom is None else own).append(Sought(number, compiled.form.anchor))
    sought += [
        Sought(len(forms) + number + (len(words.all) if behind else 0), expression)
        for number, word in enumerate(words.all if native is None else ())
        for expression, behind in search_expressions(word.keyword)
    ]
    return CompiledCatalogue(
        detectors=detectors,
        forms=forms,
        vocabulary=words,
        native=native,
        lanes=tuple(make(wanted) for make, wanted in ((factory, sought), (_patterns, own)) if wanted),
        look_behind=facts.distance + MAX_KEYWORD + 1,
        look_ahead=facts.width + facts.distance + MAX_KEYWORD + 1,
    )


def _facts(forms: Sequence[CompiledForm]) -> Facts:
    plain = (number for number, each in enumerate(forms) if each.form.context is not Context.REQUIRED)
    distance = max((each.form.distance for each in forms), default=0)
    return Facts(tuple(plain), distance, max((each.form.max_width for each in forms), default=0), ())


def _patterns(sought: Sequence[Sought]) -> Lane:
    from bucketsieve.detect.custom import PatternLane  # noqa: PLC0415  (most scans have no patterns of their own)

    return PatternLane(sought)


def _bound(
    number: int, detector: Detector, form: Form, validator: MakeValidator, ignoring: Validator | None
) -> CompiledForm:
    validators = tuple(map(validator, form.validators))
    custom, group = None, "value" if "(?P<value>" in form.source else 0
    if ignoring is not None:
        validators += (ignoring,)
        from bucketsieve.detect.custom import compile_pattern  # noqa: PLC0415  (as above)

        custom = compile_pattern(form.source)
        group = int(custom.groupindex.get("value", 0))  # RE2 knows groups by numbers alone
    return CompiledForm(number, detector.priority, detector.normalise, form, validators, custom, group, detector.mask)
