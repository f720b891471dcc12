"""Loads modules of `python-stdnum` without those that only its help texts and its web services need."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final

#: What the library loads with its first module, which takes three quarters of the time; no validator calls it.
_UNUSED: Final = ("pydoc", "ssl")


class _Later(ModuleType):
    """A module that is loaded for the first who wants something of it."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (whatever the module has)
        if name.startswith("__"):
            raise AttributeError(name)  # what importing asks every module for
        _give_way(self)
        return getattr(import_module(self.__name__), name)


def stdnum(name: str) -> ModuleType:
    """The module ``name`` below ``stdnum``. Raises ImportError."""
    if "stdnum.util" not in sys.modules:
        placeholders = [_Later(each) for each in _UNUSED]
        for each in placeholders:
            sys.modules.setdefault(each.__name__, each)
        try:
            import_module("stdnum.util")
        finally:
            for each in placeholders:
                _give_way(each)
    return import_module(f"stdnum.{name}")


def _give_way(placeholder: ModuleType) -> None:
    """From now on, who imports the module loads it."""
    if sys.modules.get(placeholder.__name__) is placeholder:
        del sys.modules[placeholder.__name__]
