"""What is put into one text: planted values and near-misses, drawn from a seeded source."""

from collections.abc import Sequence
from random import Random
from typing import Final

from local.demo.document import Sample
from local.demo.formats import Group
from local.demo.near_misses import NearMissMaker
from local.demo.values import ValueMaker

#: Values printed in manuals and advertisements, or set aside for tests and fiction: nobody's secret, yet reported.
PUBLISHED_VALUES: Final = (
    Sample("ssn", "078-05-1120", "us_ssn"),
    Sample("card_number", "4111 1111 1111 1111", "credit_card"),
    Sample("aws_access_key_id", "AKIAIOSFODNN7EXAMPLE", "aws_access_key_id"),
    Sample("phone", "415-555-0142", "phone"),
)


class SampleMaker:
    """Draws the samples of one text. All texts of a bucket share one maker, so that no value is planted twice."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._values = ValueMaker(random)
        self._near_misses = NearMissMaker(random, self._values)

    def planted(self, count: int) -> Sequence[Group]:
        """Return ``count`` groups of values to report."""
        makers = (
            *(self.us_ssn, self.credit_card, self.aws_key_pair, self.email, self.phone),
            *(self.us_ssn_without_hyphens, self.phone_without_separators),
        )
        return [self._random.choice(makers)() for _ in range(count)]

    def distracting(self, count: int) -> Sequence[Group]:
        """Return near-misses that may stand anywhere, also next to planted values."""
        return [(self._near_misses.never_valid(),) for _ in range(count)]

    def ambiguous(self, count: int) -> Sequence[Group]:
        """Return near-misses for texts without planted values, whose context could speak for them."""
        return [(self._near_misses.valid_only_in_context(),) for _ in range(count)]

    def us_ssn(self) -> Group:
        """Return one social security number."""
        return (Sample("ssn", self._values.us_ssn(), "us_ssn"),)

    def us_ssn_without_hyphens(self) -> Group:
        """Return nine bare digits, which only their name beside them makes a social security number."""
        return (Sample("ssn", self._values.us_ssn().replace("-", ""), "us_ssn"),)

    def credit_card(self) -> Group:
        """Return one card number."""
        return (Sample("card_number", self._values.credit_card(), "credit_card"),)

    def email(self) -> Group:
        """Return one address."""
        return (Sample("email", self._values.email(), "email"),)

    def phone(self) -> Group:
        """Return one telephone number."""
        return (Sample("phone", self._values.phone(), "phone"),)

    def phone_without_separators(self) -> Group:
        """Return ten bare digits, which only their name beside them makes a telephone number."""
        return (Sample("phone", self._values.bare_phone(), "phone"),)

    def aws_key_pair(self) -> Group:
        """Return an access key id and its secret."""
        return (
            Sample("aws_access_key_id", self._values.aws_access_key_id(), "aws_access_key_id"),
            Sample("aws_secret_access_key", self._values.aws_secret_access_key(), "aws_secret_access_key"),
        )
