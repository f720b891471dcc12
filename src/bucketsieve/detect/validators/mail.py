"""E-mail addresses: domains set aside for documentation, and file names that only look like domains."""

from collections.abc import Callable, Mapping

from bucketsieve.detect.validators.base import Validator, Verdict, test_value

#: RFC 2606 and RFC 6761.
RESERVED_TOP = frozenset({"test", "example", "invalid", "localhost", "local"})
RESERVED = frozenset({"example.com", "example.net", "example.org", "example.edu"})
#: What follows the last full stop in ``icon@2x.png`` and ``module@version.js``.
FILE_SUFFIXES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "mjs", "json", "html", "py", "rb"})
#: RFC 1035.
_LONGEST_LABEL = 63

SET_ASIDE = test_value("domain set aside for documentation")
PUBLIC = Verdict("address at a public domain")


def _email(_argument: str) -> Validator:
    def check(value: str) -> Verdict | None:
        local, _, domain = value.lower().rpartition("@")
        labels = domain.split(".")
        top = labels[-1]
        if top in FILE_SUFFIXES or ".." in local or max(map(len, labels)) > _LONGEST_LABEL:
            return None
        if top in RESERVED_TOP or ".".join(labels[-2:]) in RESERVED:
            return SET_ASIDE
        return PUBLIC

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {"email": _email}
