"""Validators of identity numbers, travel documents and personal data, on published values."""

from datetime import date, timedelta

import pytest

from bucketsieve.detect.model import Confidence
from bucketsieve.detect.validators import UnknownValidatorError, resolve
from bucketsieve.detect.validators.travel_documents import check_digit

PUBLISHED = [
    ("sg_nric", "S1234567D"),
    ("sg_nric", "F1234567N"),
    ("sg_nric", "M1234567K"),
    ("tw_id", "A123456789"),
    ("hk_id", "A123456(3)"),
    ("ru_snils", "112-233-445 95"),
    ("es_naf", "28 12345678 40"),
    ("ir_code", "0499370899"),
    ("ir_code", "0790419904"),
    ("br_voter", "102385010671"),
    ("br_pis", "120.56412.84-7"),
    ("pl_id_card", "ABA300000"),
    ("pl_passport", "ZS0000177"),
    ("de_pension", "15 070649 C 103"),
    ("de_licence", "B072RRE2I55"),
    ("icao:10", "L01X00T471"),
    ("vin", "1M8GDM9AXKP042788"),
    ("bare:es.dni", "54.362.315-K"),
]


@pytest.mark.parametrize(("spec", "value"), PUBLISHED)
def test_a_published_number_is_validated(spec: str, value: str) -> None:
    verdict = resolve(spec)(value)
    assert verdict is not None
    assert verdict.confidence is Confidence.VALIDATED


@pytest.mark.parametrize(("spec", "value"), PUBLISHED)
def test_another_check_digit_is_refused(spec: str, value: str) -> None:
    """The last two characters hold the check digit of all of these, or are part of what it checks."""
    place = max(index for index, character in enumerate(value) if character.isalnum())
    if spec in ("de_licence", "pl_passport", "pl_id_card", "vin"):  # the check digit stands further to the left
        place = {"de_licence": 9, "pl_passport": 2, "pl_id_card": 3, "vin": 8}[spec]
    others = "ABCDEFGHJK" if value[place].isalpha() and spec != "vin" else "0123456789"
    changed = [value[:place] + other + value[place + 1 :] for other in others if other != value[place]]
    assert [text for text in changed if resolve(spec)(text)] == []


@pytest.mark.parametrize("spec", ["sg_nric", "hk_id", "ru_snils", "es_naf", "ir_code", "br_pis", "lu_matricule"])
def test_a_reason_holds_no_digit_of_the_value(spec: str) -> None:
    value = {"sg_nric": "S1234567D", "hk_id": "A123456(3)", "ru_snils": "112-233-445 95", "es_naf": "281234567840",
             "ir_code": "0499370899", "br_pis": "12056412847", "lu_matricule": "1893120105732"}[spec]  # fmt: skip
    verdict = resolve(spec)(value)
    assert verdict is not None
    assert not set(verdict.reason) & set("0123456789")


@pytest.mark.parametrize("spec", ["tw_id", "ru_snils", "ir_code", "br_pis", "weights_731", "br_rg"])
def test_equal_digits_are_nobodys_number(spec: str) -> None:
    value = "A" + "1" * 9 if spec == "tw_id" else "0" * {"ir_code": 10, "br_rg": 9}.get(spec, 11)
    assert resolve(spec)(value) is None


def test_numbers_without_a_check_digit_are_only_plausible() -> None:
    verdict = resolve("parts:id.nik")("3171011407850012")
    assert verdict is not None
    assert verdict.confidence is None
    assert resolve("parts:id.nik")("3171013313850012") is None


def test_an_rg_is_certain_only_with_its_check_digit() -> None:
    rg = resolve("br_rg")
    confidences = {
        (verdict.confidence if (verdict := rg(f"27.384.915-{check}")) else "refused") for check in "0123456789X"
    }
    assert confidences == {None, Confidence.VALIDATED}


@pytest.mark.parametrize(
    ("spec", "value", "good"),
    [
        ("date_at:ymd@0", "850714", True),
        ("date_at:ymd@0", "851314", False),
        ("date_at:ymd@1", "2 000229 12345", True),
        ("date_at:dmy@3", "001-290285-0027K", False),
        ("date_at:Ymd@0", "19850714-14104", True),
        ("date_at:Ymd@0", "18850714-14104", False),
        ("date_at:Ymd@0", "1985", False),
    ],
)
def test_dates_inside_numbers(spec: str, value: str, good: bool) -> None:
    assert (resolve(spec)(value) is not None) is good


def test_an_unknown_order_of_a_date_is_refused_by_name() -> None:
    with pytest.raises(UnknownValidatorError, match="date_at"):
        resolve("date_at:day@0")


ZONES = [
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\r\nD231458907UTO7408122F1204159<<<<<<<6",
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
]


@pytest.mark.parametrize("zone", ZONES)
def test_the_specimens_of_icao_9303_are_validated(zone: str) -> None:
    verdict = resolve("mrz")(zone)
    assert verdict is not None
    assert verdict.confidence is Confidence.VALIDATED


@pytest.mark.parametrize("zone", ZONES)
def test_a_digit_changed_anywhere_in_a_zone_breaks_it(zone: str) -> None:
    for place, character in enumerate(zone):
        if character.isdigit():
            changed = zone[:place] + str((int(character) + 1) % 10) + zone[place + 1 :]
            assert resolve("mrz")(changed) is None, f"changed at {place}"


def test_the_check_digit_counts_fillers_as_nothing() -> None:
    assert check_digit("D23145890") == 7
    assert check_digit("<<<<") == 0


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("WVWZZZ1JZ3W386752", True),  # made in Europe: the ninth place may hold anything
        ("1M8GDM9A1KP042788", False),  # made in the United States: it must agree
        ("11111111111111111", False),
        ("ABCDEFGHJKLMNPRST", False),
    ],
)
def test_check_digits_of_vehicles_depend_on_the_maker(value: str, answer: bool) -> None:
    assert (resolve("vin")(value) is not None) is answer


@pytest.mark.parametrize(
    "value",
    ["1985-07-14", "14.07.1985", "07/14/1985", "14/07/85", "19850714", "14 July 1985", "July 14th, 1985", "14-Jul-1985",
     "14 juillet 1985", "14. März 1985", "14 de agosto de 1985", "1er août 1985", "29 February 2000"],
)  # fmt: skip
def test_days_of_birth_in_usual_spellings(value: str) -> None:
    assert resolve("birth_date")(value) is not None


@pytest.mark.parametrize(
    "value", ["1985-13-14", "1899-12-31", "32.07.1985", "29 February 2001", "14 Smarch 1985", "15/15/1985", "1985"]
)
def test_no_days_of_birth(value: str) -> None:
    assert resolve("birth_date")(value) is None


def test_nobody_is_born_tomorrow() -> None:
    tomorrow = date.today() + timedelta(days=1)  # noqa: DTZ011
    assert resolve("birth_date")(tomorrow.isoformat()) is None
    assert resolve("birth_date")((tomorrow - timedelta(days=2)).isoformat()) is not None


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("48.85837, 2.29448", True),
        ("-33.856784,151.215297", True),
        ("98.85837, 2.29448", False),
        ("48.85837, 182.29448", False),
        ("0.0000, 0.0000", False),
        ('40.712776, "lng": -74.005974', True),
    ],
)
def test_coordinates_lie_on_earth(value: str, good: bool) -> None:
    assert (resolve("coordinates")(value) is not None) is good


@pytest.mark.parametrize(
    ("value", "good"),
    [("81.2.69.142", True), ("10.0.0.7", False), ("203.0.113.9", False), ("2001:db8::1", False), ("224.0.0.1", False),
     ("2a00:1450:4001:82a::200e", True), ("1.2.3", False)],
)  # fmt: skip
def test_only_public_addresses_name_a_person(value: str, good: bool) -> None:
    assert (resolve("public_ip")(value) is not None) is good


def test_a_number_that_the_library_stumbles_over_is_none() -> None:
    """Its check digit of letters is read as a number."""
    assert resolve("stdnum:gh.tin")("P00A1234567") is None


def test_a_county_that_is_in_no_register_makes_a_number_none() -> None:
    assert resolve("stdnum:cn.ric")("110999198505070008") is None
