"""The learner record of José Núñez: two badges of the university, signed together."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bitterroot.openbadges import award, clr, compose
from bitterroot.openbadges.errors import InputError

from .conftest import CREATED, ORIGIN, House, make_award
from .independent import node_verdicts

LEARNER = "urn:uuid:9b2d"


def badges(house: House, *places: int, **changes: Any) -> list[compose.Json]:
    press = house.press()
    return [
        json.loads(press.issue(make_award(n, subject_id=LEARNER, **changes), created=CREATED))
        for n in places
    ]


def record(house: House, credentials: list[compose.Json], **changes: Any) -> compose.Json:
    values: dict[str, Any] = {
        "issuer": house.issuer,
        "credentials": credentials,
        "valid_from": datetime(2026, 11, 18, 16, tzinfo=UTC),
        "subject_id": LEARNER,
        "identities": [award.named("José Núñez")],
        "partial": False,
    }
    return clr.credential(f"{ORIGIN}/records/1", "Learner record", **{**values, **changes})


def test_a_record_and_each_badge_in_it_are_checked(house: House):
    found = house.verify(house.sign(record(house, badges(house, 3, 4))))
    assert found.verdict == "valid", found.checks
    assert [inner.verdict for inner in found.contained] == ["valid", "valid"]
    assert {inner.name for inner in found.contained} == {"GIS for Community Planning"}
    assert (found.name, found.recipient) == ("Learner record", "José Núñez")
    check = found.check("credentials")
    assert check is not None
    assert check.detail == "2 of the 2 credentials in the record are valid."


def test_a_revoked_badge_in_a_record_is_not_passed_over(house: House):
    found = house.verify(house.sign(record(house, badges(house, 3, 7))))
    assert found.verdict == "unknown"
    assert [inner.verdict for inner in found.contained] == ["valid", "revoked"]
    assert "GIS for Community Planning is revoked" in str(found.check("credentials"))


def test_a_badge_changed_before_it_was_put_in_spoils_the_record(house: House):
    forged = badges(house, 3)
    forged[0]["credentialSubject"]["term"] = "Fall 2030"
    found = house.verify(house.sign(record(house, forged)))
    assert found.verdict == "invalid"
    assert found.contained[0].verdict == "invalid"


def test_a_record_changed_later_is_invalid(house: House):
    signed = json.loads(house.sign(record(house, badges(house, 3, 4))))
    del signed["credentialSubject"]["verifiableCredential"][1]
    found = house.verify(json.dumps(signed))
    assert (found.verdict, found.contained) == ("invalid", [])


def test_records_within_records_are_not_followed(house: House):
    inner = json.loads(house.sign(record(house, badges(house, 3))))
    found = house.verify(house.sign({**record(house, [inner]), "id": f"{ORIGIN}/records/2"}))
    assert found.verdict == "unknown"


def test_what_a_record_must_hold(house: House):
    one, two = badges(house, 3, 4)
    bare = {key: value for key, value in one.items() if key != "proof"}
    linked = clr.association("isPartOf", one["credentialSubject"]["achievement"]["id"], "urn:else")
    for credentials, changes in (
        ([], {}),
        ([one, one], {}),
        ([one, bare | {"id": "urn:b"}], {}),
        ([one | {"id": f"urn:b:{n}"} for n in range(clr.MOST + 1)], {}),
        ([one, two], {"subject_id": None, "identities": []}),
        ([one, two], {"associations": [linked]}),
    ):
        with pytest.raises(InputError):
            record(house, credentials, **changes)
    with pytest.raises(InputError, match="isPartOf"):
        clr.association("knows", "urn:a", "urn:b")


@pytest.mark.node
def test_both_node_stacks_take_a_record(house: House, tmp_path: Any):
    one, two = badges(house, 3, 4)
    whole = {**house.achievement, "id": f"{ORIGIN}/programs/gis"}
    link = clr.association("isPartOf", one["credentialSubject"]["achievement"]["id"], whole["id"])
    signed = house.sign(record(house, [one, two], achievements=[whole], associations=[link]))
    assert house.verify(signed).verdict == "valid"
    found = node_verdicts(tmp_path, {"record": signed}, house.documents)["record"]
    assert [found[stack]["verified"] for stack in sorted(found)] == [True, True], found
