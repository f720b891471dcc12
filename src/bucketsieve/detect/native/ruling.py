"""A ruling: of which values a validator says what."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from bucketsieve.detect.native.automaton import Automaton, exact_automaton
from bucketsieve.detect.native.registers import Listed
from bucketsieve.detect.native.steps import Steps
from bucketsieve.detect.native.sums import Either, Sum
from bucketsieve.detect.validators.base import Verdict

#: Matches every value.
ANYTHING: Final = "(?s:.*)"


@dataclass(frozen=True, slots=True)
class Lettered:
    """What an expression matches, also of texts with letters beyond ASCII, which it knows by ``\\w`` alone.

    Other languages are of ASCII.
    """

    pattern: str

    @property
    def automaton(self) -> Automaton:
        """With `LETTER` for such a letter. Raises ValueError for one by name, and for no regular language."""
        if any(each.isalpha() and not each.isascii() for each in self.pattern):
            raise ValueError(f"the expression names a letter beyond ASCII: {self.pattern}")
        return exact_automaton(self.pattern, letters=True)


@dataclass(frozen=True, slots=True)
class BesideNumero:
    """What an expression matches of normal forms without signs; so that a ``№`` in the value changes nothing."""

    pattern: str

    @property
    def automaton(self) -> Automaton:
        """Raises ValueError for an expression that is no regular language."""
        return exact_automaton(self.pattern)


#: What an expression matches, or texts with check digits, or what is listed.
Language = str | Lettered | BesideNumero | Sum | Either | Steps | Listed


class Check(IntEnum):
    """What else has to hold of a value, by its number in `src/native/plan.h`: check digits, and what is no language."""

    NONE = 0
    LUHN = 1
    MOD97 = 2
    FEW_KINDS = 3  # fewer different characters than the argument says
    LITTLE_ENTROPY = 4  # surely less than the argument's thousandths of a bit a character
    CLOSE_ENTROPY = 5  # so close to that that rounding decides
    NOT_RANDOM = 6  # little entropy, or what `passwords.is_random` takes for words or for counting
    ONE_REPEATED = 7  # of the first ten characters one occurs two or three times, and the others once
    STAND_IN = 8  # in small letters: quotes apart, fewer different characters than the argument says, or it counts
    WEAK_PASSWORD = 9  # too few kinds of characters, or surely less than the argument's thousandths of a bit each
    CRC32_BASE62 = 10  # as in `token_checksums`, like the two below
    GITLAB = 11
    GRAFANA = 12
    BECH32 = 13  # leaving the argument
    BASE58CHECK = 14
    ZONE = 15  # of a machine-readable zone
    PEM = 16
    BASE64_PEM = 17
    WEB_TOKEN = 18  # is what the argument says: see `WebToken` in `src/native/webtoken.h`
    CREDENTIALS = 19  # holds in base64 what the argument says: see `Credentials` in `src/native/credentials.h`
    JSON_TOKEN = 20  # has a member, and is, what the argument says: see `src/native/jsontoken.h`
    CLOSE_PASSWORD = 21  # not weak as above, unless rounding decides otherwise


class Reading(IntEnum):
    """What a ruling is of, by its number in `src/native/plan.h`."""

    PLAIN = 0  # the value as it stands
    PASSWORD = 1  # the one that the value holds in base64, behind a user and a colon
    UNQUOTED = 2  # the value with what its escapes of URLs stand for


def automaton_of(language: Language) -> Automaton:
    """The automaton of just that. Raises ValueError for an expression that is no regular language."""
    return exact_automaton(language) if isinstance(language, str) else language.automaton


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a validator says of the values whose normal form (see `normalise`) is all in ``language``.

    ``negated``: of those it does not match. ``check``: of those of which that holds as well. ``verdict`` None: it
    turns them down.
    """

    language: Language
    verdict: Verdict | None
    normalise: str = "none"
    negated: bool = False
    check: Check = Check.NONE
    ask: bool = False  # Python has to say
    argument: int = 0  # of the check
    reading: Reading = Reading.PLAIN

    @property
    def unconditional(self) -> bool:
        """Whether it applies to all values."""
        return self.language == ANYTHING and self.check is Check.NONE and not self.negated
