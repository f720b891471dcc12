"""The native lane: a C extension, there where a compiler or a wheel was."""

import marshal
import sys
from collections.abc import Buffer, Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bucketsieve.detect.cache import Cache, sources_digest
from bucketsieve.detect.compiled import KeptForms

if TYPE_CHECKING:
    from bucketsieve.detect.compiled import CompiledForm
    from bucketsieve.detect.native.lane import NativeLane
    from bucketsieve.detect.vocabulary import Words


def native_lane(forms: "Sequence[CompiledForm]", words: "Words", *, cache: Cache | None = None) -> "NativeLane | None":
    """The lane for ``forms`` and the ``words`` some of them wait for; None where the extension was not built.

    Packing the whole catalogue takes seconds; a ``cache`` keeps the result.
    """
    try:
        from bucketsieve.detect.native.lane import NativeLane  # noqa: PLC0415
    except ImportError:
        return None

    def packed() -> bytes:
        from bucketsieve.detect.native.pack import pack  # noqa: PLC0415  (not needed with what was kept)
        from bucketsieve.detect.native.plan import Parts  # noqa: PLC0415

        # As a list in any case: the same forms have the same key, whoever else is there.
        own = [each for each in forms if each.custom is None]
        kept = _kept(cache, b"parts", own, lambda: _parts(own))
        return pack(Parts(*marshal.loads(kept)), forms, words.all)  # noqa: S302  (made here, or kept where only we write)

    return NativeLane(_kept(cache, b"plan", forms, packed), forms, words)


def _parts(forms: "Sequence[CompiledForm]") -> bytes:
    """What takes seconds of a plan. It is kept apart, for identifiers of one's own do not change it."""
    from bucketsieve.detect.native.hooks import FEW, hooks  # noqa: PLC0415  (not needed with what was kept)
    from bucketsieve.detect.native.names import names  # noqa: PLC0415
    from bucketsieve.detect.native.plan import prepare  # noqa: PLC0415
    from bucketsieve.detect.native.programs import programs, searches  # noqa: PLC0415

    rest = {number: each for number, each in enumerate(forms) if not searches(each)}
    found = hooks(enumerate(forms))
    hooked = {form: each for form, each in found.items() if form in rest or len(each.heads) <= FEW}
    named = names((number, each) for number, each in rest.items() if number not in hooked)
    return marshal.dumps(tuple(prepare(forms, programs(enumerate(forms), {*hooked, *named}), hooked, named)))


def _kept(cache: Cache | None, what: bytes, forms: "Sequence[CompiledForm]", make: Callable[[], bytes]) -> Buffer:
    from bucketsieve.detect.native._core import digest  # noqa: PLC0415  (where the extension is)

    return cache.get_large(_key(what, forms), make, digest) if cache else make()


def _key(what: bytes, forms: "Sequence[CompiledForm]") -> bytes:
    """All that a plan depends on: the forms, the code that packs them, and the libraries that rulings speak of."""
    here = Path(__file__).parent
    detect = here.parent
    libraries = [find_spec(name) for name in ("phonenumbers", "stdnum")]
    versions = [Path(each.origin) for each in libraries if each is not None and each.origin]
    names = ("candidate", "compiled", "fingerprint", "keywords", "model", "vocabulary", "catalogue/entry")
    code = sources_digest(here, detect / "validators", *(detect / f"{name}.py" for name in names), *versions)
    return b"\0".join((what, code.encode(), sys.version.encode(), _asked(forms)))


def _asked(forms: "Sequence[CompiledForm]") -> bytes:
    """The forms themselves, or what stands for them."""
    if isinstance(forms, KeptForms):
        return forms.key.encode()
    # As bytes, for their `repr` takes ten times as long.
    return marshal.dumps(
        [(each.custom is None, *each[:3], each.mask, each.form.digest or repr(each.form)) for each in forms]
    )
