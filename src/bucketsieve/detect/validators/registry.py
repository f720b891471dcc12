"""Names to validators. A module of this package lists its own in `FACTORIES`, and here, under the catalogue's names.

A module is loaded for the first of its validators that is made: some load libraries that take longer than a small scan.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Final

from bucketsieve.detect.validators.base import Validator, Verdict

#: By module, the names of the validators in it.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "cards": ("card",),
    "checksums": ("luhn", "mod97", "weighted"),
    "financial": ("iban", "rib", "cin", "magnetic_stripe", "wallet"),
    "health": ("dea", "npi", "hicn", "kvnr", "nhi", "ohip", "ramq", "gtin", "medicare_au"),
    "identifiers": (
        "sg_nric", "tw_id", "hk_id", "kz_iin", "ru_snils", "es_naf", "ir_code", "br_voter", "br_pis", "br_cnh",
        "gt_cui", "hu_person", "pl_id_card", "pl_passport", "de_pension", "de_licence", "pt_niss", "lu_matricule",
        "weights_731", "bare", "br_rg", "date_at",
    ),
    "mail": ("email",),
    "national": ("ssn", "itin"),
    "numbers": ("stdnum", "range", "not_uniform"),
    "passwords": ("token", "password", "url_password"),
    "personal": ("birth_date", "coordinates", "public_ip"),
    "phones": ("phone",),
    "secrets": ("entropy", "not_placeholder", "mixed", "aws_access_key", "aws_secret_key"),
    "tax": ("parts", "rfc", "hungarian_tax"),
    "token_checksums": ("crc32_base62", "gitlab_checksum", "grafana_checksum", "bech32"),
    "token_structure": ("jwt", "pem", "base64_pem", "basic_auth", "json_token", "pypi_token", "discord_token"),
    "travel_documents": ("mrz", "icao", "vin"),
}  # fmt: skip
_MODULES: Final = {name: module for module, defined in NAMES.items() for name in defined}


#: Makes the validator of a ``name`` or ``name:argument``.
MakeValidator = Callable[[str], Validator]


class UnknownValidatorError(ValueError):
    """The catalogue names a validator, or gives it an argument, that does not exist."""


def names() -> tuple[str, ...]:
    """The validators there are."""
    return tuple(sorted(_MODULES))


@cache
def resolve(spec: str) -> Validator:
    """The validator called ``name`` or ``name:argument``. Raises UnknownValidatorError."""
    name, _, argument = spec.partition(":")
    module = _module_of(name)
    try:
        # A validator without an argument ignores the empty string it is given.
        factories: Mapping[str, MakeValidator] = import_module(f"{__package__}.{module}").FACTORIES
        return factories[name](argument)
    except (ImportError, AttributeError, ValueError) as error:
        raise UnknownValidatorError(f"validator {spec!r}: {error}") from None


@cache
def deferred(spec: str) -> Validator:
    """As `resolve`, made for its first value; so an argument that does not exist is told of only then.

    Raises UnknownValidatorError for a name that nobody knows.
    """
    _module_of(spec.partition(":")[0])
    validator: Validator | None = None

    def check(value: str) -> Verdict | None:
        nonlocal validator
        if validator is None:
            validator = resolve(spec)
        return validator(value)

    return check


def _module_of(name: str) -> str:
    module = _MODULES.get(name)
    if module is None:
        raise UnknownValidatorError(f"no validator {name!r}; there are {', '.join(names())}")
    return module
