"""The policy that ships loads, keeps itself through a document, and says what it should."""

import datetime as dt
import json
from typing import Any

import jsonschema_rs
import pytest

from bitterroot.policy import CAPACITIES, Policy, diff, json_schema, load_policy
from bitterroot.policy.loading import INSTITUTIONS
from bitterroot.policy.models.process import DecideStep, SignStep
from bitterroot.policy.source import read_folder

POLICY = load_policy("montana")
PROCESS = POLICY.processes["pilot-proposal"]


def test_the_document_gives_back_the_very_policy() -> None:
    shuffled = json.loads(json.dumps(POLICY.document(), sort_keys=True))
    again = Policy.from_document(shuffled)
    assert again == POLICY
    assert again.sha256 == POLICY.sha256
    for key, form in POLICY.forms.items():
        assert list(again.forms[key].fields) == list(form.fields)
    assert list(again.processes["pilot-proposal"].steps) == ["draft", "signatures", "office"]


def test_the_document_fits_its_schema() -> None:
    jsonschema_rs.validator_for(json_schema()).validate(POLICY.document())


def test_each_file_fits_the_schema_that_helps_an_editor() -> None:
    written = read_folder(INSTITUTIONS / "montana").document
    for name in ("institution", "calendar", "lists"):
        jsonschema_rs.validator_for(json_schema(name)).validate(as_json(written[name]))
    for name in ("forms", "processes"):
        validator = jsonschema_rs.validator_for(json_schema(name))
        for content in written[name].values():
            validator.validate(as_json(content))
    misspelt = as_json(written["calendar"])
    misspelt["clozures"] = misspelt.pop("closures")
    assert not jsonschema_rs.validator_for(json_schema("calendar")).is_valid(misspelt)


def as_json(value: object) -> Any:
    return json.loads(json.dumps(value, default=str))


def test_the_policy_can_not_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match="frozen"):
        POLICY.pilot.years = 5  # type: ignore[misc]


@pytest.mark.parametrize(
    ("facts", "signers"),
    [
        (
            {"noncredit"},
            ["supervisor of lead", "head of owner unit"],
        ),
        (
            {"noncredit", "asks for resources"},
            ["supervisor of lead", "head of owner unit", "dean of owner unit"],
        ),
        (
            {"credit", "credit-bearing", "interdisciplinary", "partnered"},
            [
                "supervisor of lead",
                "head of owner unit",
                "dean of owner unit",
                "head of each partner unit",
            ],
        ),
        (
            {"hybrid", "credit-bearing", "third-party", "partnered", "graduate level"},
            [
                "supervisor of lead",
                "head of owner unit",
                "dean of owner unit",
                "graduate dean",
                "officer of partner",
            ],
        ),
    ],
)
def test_who_signs(facts: set[str], signers: list[str]) -> None:
    asked = PROCESS.signers_for("signatures", facts)
    assert [signer.capacity for signer in asked] == signers
    assert [signer.due_days for signer in asked] == [10] * len(signers)
    assert PROCESS.signers_for("office", facts) == []


def test_what_each_signature_covers() -> None:
    step = PROCESS.step("signatures")
    assert isinstance(step, SignStep)
    covers = {signer.capacity: signer.covers for signer in step.signers}
    assert covers["supervisor of lead"] == covers["head of owner unit"] == "all"
    assert covers["dean of owner unit"] == ("identity", "money", "curriculum", "operation")
    assert covers["officer of partner"] == ("identity", "partners", "badge")
    assert [signer.capacity for signer in step.signers if signer.by_link] == ["officer of partner"]


def test_the_way_of_a_proposal() -> None:
    assert PROCESS.start == "draft"
    assert [PROCESS.after(key) for key in PROCESS.steps] == ["signatures", "office", None]
    assert PROCESS.leads_to("signatures") == ["office", "draft"]
    assert PROCESS.leads_to("office") == ["draft"]


def test_how_the_office_may_decide() -> None:
    step = PROCESS.step("office")
    assert isinstance(step, DecideStep)
    assert {
        key: (
            outcome.effect,
            PROCESS.next_of("office", outcome),
            outcome.conditions,
            outcome.reason,
        )
        for key, outcome in step.outcomes.items()
    } == {
        "approve": ("approve pilot", None, False, False),
        "approve with conditions": ("approve pilot", None, True, False),
        "return": (None, "draft", False, True),
        "decline": (None, None, False, True),
    }


def test_units_know_what_stands_above_them() -> None:
    assert [unit.key for unit in POLICY.ancestry("wilderness-institute")] == [
        "wilderness-institute",
        "forestry-conservation",
        "university",
    ]
    college = POLICY.college_of("journalism")
    assert college is not None
    assert college.key == "arts-media"
    assert POLICY.college_of("umonline") is None


def test_a_notation_for_the_transcript() -> None:
    words = {"title": "GIS for {Community} Planning", "credits": "9", "term": "Fall 2026"}
    assert POLICY.notation(words) == (
        "Micro-credential: GIS for {Community} Planning. 9 credits, completed Fall 2026."
    )


def test_titles() -> None:
    rules = POLICY.titles
    assert rules.problems("GIS for Community Planning") == []
    assert rules.problems("National Parks Diplomacy") == [
        "A title may not contain “national”. "
        "It could be taken for a degree, a license or an accreditation."
    ]
    assert rules.problems("x" * 41, short=True) == ["At most 40 characters; this has 41."]


def test_badge_levels_have_shapes() -> None:
    assert POLICY.taxonomy.shape("advanced") == "shield"
    assert POLICY.taxonomy.label("kinds", "hybrid") == "Hybrid"
    assert POLICY.taxonomy.label("kinds", "free") == "free"


def test_revoking_takes_two_and_may_be_undone_for_thirty_days() -> None:
    awards = POLICY.awards
    assert (awards.second_person_revokes, awards.reinstate_within_days) == (True, 30)
    assert [reason.key for reason in awards.revocation_reasons] == [
        "issued_in_error",
        "wrong_person",
        "academic_integrity",
        "requirement_not_met",
        "learner_request",
        "superseded",
        "other",
    ]
    assert awards.reason("wrong_person").public == "It was issued in error."
    with pytest.raises(KeyError):
        awards.reason("bad luck")


def test_ids_and_addresses() -> None:
    institution = POLICY.institution
    assert institution.student_id.fits("790885825")
    assert not institution.student_id.fits("79088582")
    assert institution.is_campus_email("Zoe@UMConnect.Example.edu")
    assert not institution.is_campus_email("zoe@mail.example.org")


def test_pages_are_marked_as_drafts_and_carry_versions() -> None:
    assert {key: (page.version, page.draft) for key, page in POLICY.pages.items()} == {
        "badge-faq": ("2026.1", True),
        "procedures": ("2026.1", True),
    }
    assert POLICY.pages["procedures"].body.startswith("> This is a draft text of ours")


def test_capacities_say_who_they_are() -> None:
    for capacity in CAPACITIES.values():
        assert capacity.sentence.endswith(".")
        assert capacity.role is None or capacity.role in POLICY.roles


def test_what_differs_between_two_versions() -> None:
    document = POLICY.document()
    document["version"] = "2027.1"
    document["effective from"] = "2027-07-01"
    document["pilot"]["rule"] = "B"
    document["titles"]["banned words"].append("official")
    steps = {each["key"]: each for each in document["processes"]}["pilot-proposal"]["steps"]
    steps[1]["in order"][0]["due"] = "5 business days"
    forms = {each["key"]: each for each in document["forms"]}
    identity = forms["signature"]["sections"][0]
    identity["fields"].insert(0, identity["fields"].pop())
    del document["roles"][-1]
    new = Policy.from_document(document)
    assert new.effective_from == dt.date(2027, 7, 1)
    assert [str(change) for change in diff(POLICY, new)] == [
        "version: 2026.1 → 2027.1",
        "effective from: 2026-07-01 → 2027-07-01",
        "roles > instructor: removed (Instructor)",
        "processes > pilot-proposal > steps > signatures > in order > 1 > due: "
        "10 business days → 5 business days",
        "forms > signature > sections > packet > fields: now in the order "
        "covers, packet_title, packet_version, packet_hash, capacity",
        "titles > banned words: added (official)",
        "pilot > rule: A → B",
    ]
    assert diff(POLICY, POLICY) == []
