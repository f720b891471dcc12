"""Code that decides what a pattern has found; the catalogue names it: ``luhn``, ``stdnum:fr.nir``, ``entropy:3.5``."""

from bucketsieve.detect.validators.base import Validator, Verdict
from bucketsieve.detect.validators.registry import MakeValidator, UnknownValidatorError, deferred, names, resolve

__all__ = ["MakeValidator", "UnknownValidatorError", "Validator", "Verdict", "deferred", "names", "resolve"]
