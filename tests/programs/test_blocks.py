"""GIS for Community Planning is offered in Europe too: its badge says so in words that all verifiers know."""

from typing import Any

import pytest

from bitterroot.governance import policies
from bitterroot.openbadges import canonical, contexts, schema
from bitterroot.openbadges.award import Award, credential, named
from bitterroot.policy import Policy
from bitterroot.programs.domain import blocks
from bitterroot.programs.domain.achievement import compose_achievement

PAGE = "https://demo.bitterroot.example/programs/gis"
ANSWERS: dict[str, Any] = {
    "title": "GIS for Community Planning",
    "description": "Maps for a town council.",
    "criteria_narrative": "A map and a talk.",
    "skills": ["mapping", "spatial data", "GIS"],
    "assessed": "assessed",
    "track": "micro-credential",
    "eu_country": "Montana, United States",
    "eu_workload": 125,
    "eu_ects": 5.0,
    "eu_level": "6",
    "eu_assessment": ["portfolio", "test"],
    "eu_grade": False,
    "eu_stackability": "",
}


def policy(*wanted: str) -> Policy:
    now = policies.current()
    return now.model_copy(update={"awards": now.awards.model_copy(update={"blocks": wanted})})


def composed(*wanted: str, **changes: Any) -> dict[str, Any]:
    return compose_achievement({**ANSWERS, **changes}, policy=policy(*wanted), slug="gis", n=1)


@pytest.mark.django_db
def test_european_elements_stand_as_alignments() -> None:
    made = composed("european")
    assert blocks.elements_of(made) == [
        ("Country or region of the issuer", "Montana, United States"),
        ("Notional workload", "125 hours"),
        ("Credits", "5 ECTS"),
        ("Level of the learning experience", "Level 6"),
        ("Type of assessment", "Portfolio, Test"),
        ("Grade is stated", "no"),
    ]
    at = [each["targetUrl"] for each in made["alignment"]]
    assert at[3] == "http://data.europa.eu/snb/eqf/6"
    assert at[0] == f"{PAGE}#eu-country"
    assert {each["targetType"] for each in made["alignment"]} == {"ext:EuropeanElement"}


@pytest.mark.django_db
def test_a_badge_has_its_registry_identifier_where_the_policy_wants_it() -> None:
    made = composed("ctdl")
    (found,) = made["otherIdentifier"]
    assert found == {
        "type": "IdentifierEntry", "identifier": blocks.ctid(PAGE), "identifierType": "ext:CTID",
    }  # fmt: skip
    assert (
        blocks.ctid_of(made)
        == blocks.ctid(PAGE)
        == composed("ctdl")["otherIdentifier"][0]["identifier"]
    )
    assert "alignment" not in made


@pytest.mark.django_db
def test_nothing_is_said_where_nobody_wants_it() -> None:
    made = composed()
    assert (blocks.elements_of(made), blocks.ctid_of(made)) == ([], "")
    assert blocks.elements_of(composed("european", assessed="unassessed")) == []
    assert not {"alignment", "otherIdentifier"} & set(made)


@pytest.mark.django_db
def test_it_is_valid_by_the_schema_and_in_safe_mode() -> None:
    badge = credential(
        issuer={"id": "did:web:demo.bitterroot.example", "type": ["Profile"], "name": "UM"},
        achievement=composed("european", "ctdl"),
        award=Award(
            id="https://demo.bitterroot.example/credentials/abcdefgh",
            valid_from="2026-11-18T12:00:00Z",
            recipient="José Núñez",
            identities=[named("José")],
        ),
    )
    assert badge["@context"] == [contexts.CREDENTIALS_V2, contexts.OB3]
    assert schema.errors(badge) == []
    assert canonical.to_quads(badge)
