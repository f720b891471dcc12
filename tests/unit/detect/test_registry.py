"""Validators are made when they are needed, and what nobody knows is refused before a scan begins."""

import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

from bucketsieve.detect import validators
from bucketsieve.detect.cache import Cache
from bucketsieve.detect.catalogue import Catalogue, load, load_family
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.validators import MakeValidator, UnknownValidatorError, deferred, registry, resolve

from .conftest import KEY

ENTRY = """
[[detector]]
id = "acme_number"
name = "Acme number"
category = "personal"
severity = "low"
description = "A number."
source = "https://initech.com"
pattern = '\\d{6}'
validator = '%s'
examples = ["x"]
counter_examples = ["y"]
"""


def test_the_registry_lists_what_the_modules_have() -> None:
    modules = {module.name for module in pkgutil.iter_modules(validators.__path__)}
    modules -= {"base", "lazy_stdnum", "registry"}
    factories = {name: import_module(f"{validators.__name__}.{name}").FACTORIES for name in modules}

    assert {name: set(listed) for name, listed in registry.NAMES.items()} == {
        name: set(listed) for name, listed in factories.items()
    }
    assert len(registry.names()) == sum(map(len, factories.values()))


@pytest.mark.parametrize("make", [resolve, deferred])
def test_a_name_that_nobody_knows_is_refused_at_once(make: MakeValidator) -> None:
    with pytest.raises(UnknownValidatorError, match=r"'no_such'; there are .*, luhn,"):
        make("no_such:1")


@pytest.mark.parametrize("spec", ["stdnum:xx.none", "date_at:ydm@0", "phone:XX", "luhn:many"])
def test_an_argument_that_nobody_knows_is_refused_when_the_validator_is_made(spec: str) -> None:
    with pytest.raises(UnknownValidatorError, match=spec):
        resolve(spec)

    later = deferred(spec)
    with pytest.raises(UnknownValidatorError, match=spec):
        later("1")


def test_a_deferred_validator_decides_as_the_validator() -> None:
    for value in ("4539148803436467", "4539148803436468"):
        assert deferred("luhn:16")(value) == resolve("luhn:16")(value)


@pytest.mark.parametrize("spec", ["no_such", "stdnum:xx.none"])
def test_an_engine_is_not_built_and_a_catalogue_not_kept_with_a_validator_that_nobody_knows(
    spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "acme.toml"
    file.write_text(ENTRY % spec)
    with pytest.raises(UnknownValidatorError, match=spec):
        Engine(Catalogue(load_family(file), "test"), fingerprint_key=KEY)

    monkeypatch.setattr(load, "families", lambda: [file])
    cache = Cache(tmp_path / "cache")
    with pytest.raises(UnknownValidatorError, match=spec):
        load.load_catalogue(cache)

    file.write_text(ENTRY % "luhn")
    assert load.load_catalogue(cache).kept
