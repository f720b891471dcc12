"""Names to validators. A module adds its own by listing them here, under the name the catalogue uses."""

from collections.abc import Callable, Mapping
from functools import cache

from bucketsieve.detect.validators import (
    cards,
    checksums,
    financial,
    health,
    identifiers,
    mail,
    national,
    numbers,
    passwords,
    personal,
    phones,
    secrets,
    tax,
    token_checksums,
    token_structure,
    travel_documents,
)
from bucketsieve.detect.validators.base import Validator

#: name -> (argument) -> validator. A validator without an argument ignores the empty string it is given.
FACTORIES: Mapping[str, Callable[[str], Validator]] = {
    **cards.FACTORIES,
    **checksums.FACTORIES,
    **financial.FACTORIES,
    **health.FACTORIES,
    **identifiers.FACTORIES,
    **mail.FACTORIES,
    **national.FACTORIES,
    **numbers.FACTORIES,
    **passwords.FACTORIES,
    **personal.FACTORIES,
    **phones.FACTORIES,
    **secrets.FACTORIES,
    **tax.FACTORIES,
    **token_checksums.FACTORIES,
    **token_structure.FACTORIES,
    **travel_documents.FACTORIES,
}


class UnknownValidatorError(ValueError):
    """The catalogue names a validator, or gives it an argument, that does not exist."""


def names() -> tuple[str, ...]:
    """The validators there are."""
    return tuple(sorted(FACTORIES))


@cache
def resolve(spec: str) -> Validator:
    """The validator called ``name`` or ``name:argument``. Raises UnknownValidatorError."""
    name, _, argument = spec.partition(":")
    factory = FACTORIES.get(name)
    if factory is None:
        raise UnknownValidatorError(f"no validator {name!r}; there are {', '.join(names())}")
    try:
        return factory(argument)
    except (ImportError, AttributeError, ValueError) as error:
        raise UnknownValidatorError(f"validator {spec!r}: {error}") from None
