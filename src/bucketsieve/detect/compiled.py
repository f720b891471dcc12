"""The catalogue made ready to run: validators bound, context words indexed, expressions handed to the lanes."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from bucketsieve.detect.catalogue.entry import MAX_KEYWORD, Context, Detector, Form
from bucketsieve.detect.keywords import keyword_width, runs_of, search_expressions
from bucketsieve.detect.lanes.base import Lane, LaneFactory, Sought
from bucketsieve.detect.validators import MakeValidator, Validator, resolve

if TYPE_CHECKING:
    from bucketsieve.detect.native.sieve import NativeSieve

#: Around a context word a digit is looked for no farther than this, in bytes.
_DIGIT_REACH = 200
_NONE: Final = frozenset[int]()


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


class Word(NamedTuple):
    """A context word, and the forms (numbers) that wait for it.

    For the forms in ``names_only`` it counts as the name of a key or a column, and nowhere else.
    ``digit_forms`` need a digit at most ``digit_reach`` bytes from the word, ``forms`` do not. Words are numbered by
    length, so that of two that end at one place the longer has the higher number.
    """

    keyword: str
    forms: tuple[int, ...]
    digit_forms: tuple[int, ...]
    digit_reach: int
    names_only: frozenset[int]

    @property
    def width(self) -> int:
        """The most bytes it takes in a text."""
        return keyword_width(self.keyword)


class Words:
    """The context words of ``forms``, indexed for the first who asks: in most small texts there are none.

    Those have numbers that forms wait for.
    """

    def __init__(self, forms: Sequence[CompiledForm]) -> None:
        self._forms = forms

    @cached_property
    def keywords(self) -> Sequence[str]:
        """By number."""
        waiting = (form for _, _, _, form, *_ in self._forms if form.context is Context.REQUIRED)
        different = {keyword for form in waiting for keyword in (*form.keywords, *form.columns)}
        return sorted(sorted(different), key=len)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """By keyword."""
        return {keyword: number for number, keyword in enumerate(self.keywords)}

    @cached_property
    def by_run(self) -> Mapping[str, Sequence[tuple[int, int, str]]]:
        """(form, place among its words, word) for all words of all forms, by the first of the word's `runs_of`.

        As Latin-1, in which to look for a text takes a tenth of what it takes in bytes.
        """
        words: dict[str, list[tuple[int, int, str]]] = {}
        for number, (_, _, _, form, *_) in enumerate(self._forms):
            for place, keyword in enumerate((*form.keywords, *form.columns)):
                first = next(iter(runs_of(keyword)), b"").decode("latin-1")
                words.setdefault(first, []).append((number, place, keyword))
        return words

    @cached_property
    def all(self) -> tuple[Word, ...]:
        """By number."""
        return _words(self._forms, self.keywords)


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

    detectors: tuple[Detector, ...]
    forms: tuple[CompiledForm, ...]
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
    forms = tuple(
        _bound(number, detector, form, validator, ignoring.get(detector.id))
        for number, detector in enumerate(detectors)
        for form in detector.forms
    )
    words = Words(forms)
    native = start_lane(forms, words) if start_lane else None
    sought: list[Sought] = []
    own: list[Sought] = []
    for number, compiled in enumerate(forms):
        if compiled.form.context is not Context.REQUIRED and not (native and number in native.forms):
            (sought if compiled.custom is None else own).append(Sought(number, compiled.form.anchor))
    sought += [
        Sought(len(forms) + number + (len(words.all) if behind else 0), expression)
        for number, word in enumerate(words.all if native is None else ())
        for expression, behind in search_expressions(word.keyword)
    ]
    distance = max((compiled.form.distance for compiled in forms), default=0)
    width = max((compiled.form.max_width for compiled in forms), default=0)
    return CompiledCatalogue(
        detectors=tuple(detectors),
        forms=forms,
        vocabulary=words,
        native=native,
        lanes=tuple(make(wanted) for make, wanted in ((factory, sought), (_patterns, own)) if wanted),
        look_behind=distance + MAX_KEYWORD + 1,
        look_ahead=width + distance + MAX_KEYWORD + 1,
    )


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


def _words(forms: Sequence[CompiledForm], keywords: Sequence[str]) -> tuple[Word, ...]:
    plain: dict[str, tuple[int, ...]] = {}
    digits: dict[str, tuple[int, ...]] = {}
    names_only: dict[str, frozenset[int]] = {}
    reaches: dict[str, int] = {}
    for number, (_, _, _, form, *_) in enumerate(forms):
        if form.context is not Context.REQUIRED:
            continue
        reach = form.distance + form.max_width
        near = form.has_digit and reach <= _DIGIT_REACH
        waiting = digits if near else plain
        alone = (number,)
        for keyword in {*form.keywords, *form.columns}:
            waiting[keyword] = waiting[keyword] + alone if keyword in waiting else alone
            if near and reach > reaches.get(keyword, 0):
                reaches[keyword] = reach
        for keyword in set(form.columns).difference(form.keywords):
            names_only[keyword] = names_only.get(keyword, _NONE).union(alone)
    fields = [
        (each, plain.get(each, ()), digits.get(each, ()), reaches.get(each, 0), names_only.get(each, _NONE))
        for each in keywords
    ]
    return tuple(map(Word._make, fields))
