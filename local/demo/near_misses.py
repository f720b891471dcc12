"""Texts that look like a sensitive value and are none: what naive patterns report by the thousand."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from random import Random

from local.demo.document import Sample
from local.demo.values import ValueMaker, luhn_check_digit

_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


class NearMissMaker:
    """Makes near-misses from a seeded source."""

    def __init__(self, random: Random, values: ValueMaker) -> None:
        self._random = random
        self._values = values

    def never_valid(self) -> Sample:
        """Return a text that no context turns into a sensitive value."""
        return self._random.choice(
            (
                self._card_with_a_wrong_check_digit,
                self._card_of_no_issuer,
                self._card_of_zeros,
                self._card_digits_in_a_uuid,
                self._card_digits_in_a_decimal,
                self._card_digits_in_a_longer_number,
                self._milliseconds_that_pass_luhn,
                self._timestamp_that_passes_luhn,
                self._ssn_of_no_area,
                self._ssn_without_group_or_serial,
                self._key_id_cut_short,
                self._key_id_in_a_longer_word,
                self._sha1,
                self._mailbox_of_this_host,
                self._package_version,
                self._retina_picture,
                self._phone_of_no_area,
                self._version,
            )
        )()

    def valid_only_in_context(self) -> Sample:
        """Return bare digits or base64 that only a telling word near by could turn into a sensitive value."""
        return self._random.choice((self._nine_digits, self._ten_digits, self._forty_characters_of_base64))()

    def _card_with_a_wrong_check_digit(self) -> Sample:
        card = self._values.card_digits()
        wrong = (int(card[-1]) + self._random.randint(1, 9)) % 10
        return Sample("card_number", f"{card[:-1]}{wrong}", kind="card number that fails the Luhn check")

    def _card_of_no_issuer(self) -> Sample:
        body = "1" + self._values.digits(14)
        return Sample("card_number", body + luhn_check_digit(body), kind="passes the Luhn check, but of no issuer")

    def _card_of_zeros(self) -> Sample:
        return Sample("card_number", "0000 0000 0000 0000", kind="zeros pass the Luhn check")

    def _card_digits_in_a_uuid(self) -> Sample:
        card = self._values.card_digits()
        tail = f"{self._random.getrandbits(64):016x}"
        value = f"{card[:8]}-{card[8:12]}-{card[12:]}-{tail[:4]}-a{tail[5:]}"
        return Sample("request_id", value, kind="card digits inside a UUID")

    def _card_digits_in_a_decimal(self) -> Sample:
        return Sample("ratio", f"0.{self._values.card_digits()}", kind="card digits inside a decimal fraction")

    def _card_digits_in_a_longer_number(self) -> Sample:
        value = f"{self._values.digits(6)}{self._values.card_digits()}{self._values.digits(4)}"
        return Sample("sequence", value, kind="card digits inside a longer number")

    def _milliseconds_that_pass_luhn(self) -> Sample:
        tick = int((_FIRST_DAY + timedelta(seconds=self._random.randint(0, 25_000_000))).timestamp()) * 100
        body = str(tick + self._random.randint(0, 99))
        return Sample("created_ms", body + luhn_check_digit(body), kind="milliseconds that pass the Luhn check")

    def _timestamp_that_passes_luhn(self) -> Sample:
        moment = _FIRST_DAY + timedelta(seconds=self._random.randint(0, 25_000_000))
        while luhn_check_digit((stamp := f"{moment:%Y%m%d%H%M%S}")[:-1]) != stamp[-1]:
            moment += timedelta(seconds=1)
        return Sample("batch", stamp, kind="YYYYMMDDhhmmss that passes the Luhn check")

    def _ssn_of_no_area(self) -> Sample:
        area = self._random.choice((0, 666, self._random.randint(900, 999)))
        # Groups of 10 to 49 keep the 9xx areas clear of taxpayer numbers (ITIN), which share the shape.
        value = f"{area:03}-{self._random.randint(10, 49)}-{self._random.randint(1, 9999):04}"
        return Sample("ssn", value, kind="SSN of an area never assigned")

    def _ssn_without_group_or_serial(self) -> Sample:
        area = self._random.randint(100, 600)
        value = self._random.choice((f"{area}-00-{self._values.digits(4)}", f"{area}-{self._values.digits(2)}-0000"))
        return Sample("ssn", value, kind="SSN with group 00 or serial 0000")

    def _key_id_cut_short(self) -> Sample:
        return Sample("aws_access_key_id", self._values.aws_access_key_id()[:-1], kind="key id of 19 characters")

    def _key_id_in_a_longer_word(self) -> Sample:
        value = f"X{self._values.aws_access_key_id()}7Q"
        return Sample("reference", value, kind="key id inside a longer word")

    def _sha1(self) -> Sample:
        value = hashlib.sha1(self._random.randbytes(16), usedforsecurity=False).hexdigest()
        return Sample("commit", value, kind="SHA-1 in hexadecimal")

    def _mailbox_of_this_host(self) -> Sample:
        return Sample(
            "notify", self._random.choice(("root@localhost", "backup@localhost")), kind="mailbox of localhost"
        )

    def _package_version(self) -> Sample:
        value = f"left-pad@{self._random.randint(1, 9)}.{self._random.randint(0, 30)}.{self._random.randint(0, 30)}"
        return Sample("dependency", value, kind="package and version around an @")

    def _retina_picture(self) -> Sample:
        return Sample("picture", f"icon@{self._random.randint(2, 3)}x.png", kind="picture for a dense screen")

    def _phone_of_no_area(self) -> Sample:
        area = self._random.choice(("015", "115", "199"))
        return Sample("callback", f"{area}-638-{self._values.digits(4)}", kind="telephone number of no area")

    def _version(self) -> Sample:
        value = f"{self._random.randint(1, 9)}.{self._random.randint(10, 99)}.{self._values.digits(4)}"
        return Sample("release", value, kind="version")

    def _nine_digits(self) -> Sample:
        return Sample("order", self._values.digits(9), kind="nine digits without context")

    def _ten_digits(self) -> Sample:
        return Sample("article", self._values.digits(10), kind="ten digits without context")

    def _forty_characters_of_base64(self) -> Sample:
        value = base64.b64encode(self._random.randbytes(30)).decode()
        return Sample("digest", value, kind="forty characters of base64 without context")
