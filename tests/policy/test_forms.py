"""Ana Ruiz fills in a proposal: what is tidied, what is asked, what is wrong, what is material."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitterroot.policy import FieldProblem, facts_of, load_policy
from bitterroot.policy.relied_on import FIELDS
from bitterroot.policy.values import clean_text

POLICY = load_policy("montana")
FORM = POLICY.forms["pilot-proposal"]

COMPLETE: dict[str, Any] = {
    "title": "Wilderness Stewardship Field Skills",
    "short_title": "Wilderness Stewardship",
    "kind": "noncredit",
    "track": "micro-credential",
    "levels": ["professional"],
    "owner_unit": "wilderness-institute",
    "lead": 7,
    "contact_email": "ana.ruiz@umontana.example.edu",
    "first_term": "fall-2026",
    "procedures_attested": "2026.1",
    "description": "Surveys trails and campsites and teaches others to leave no trace.",
    "rationale": "Land agencies ask for trained seasonal staff.",
    "audience": "Seasonal workers and volunteers.",
    "stackability": "stand-alone",
    "overlap_found": False,
    "market_evidence": "Letters of two agencies.",
    "enrollment_year_1": 12,
    "enrollment_year_2": 20,
    "enrollment_year_3": 24,
    "financial_model": "self-supporting",
    "price": "395.00",
    "resources_needed": False,
    "components": [{"title": "Field week", "hours": 40, "required": True}],
    "total_hours": 40,
    "modality": "onsite",
    "prerequisites": "None",
    "syllabus": ["file-1"],
    "assessed": "assessed",
    "outcomes": [
        {"outcome": f"Does {n}", "method": "Observed", "evidence": "Log", "threshold": "All steps"}
        for n in ("an inventory", "a lesson", "a risk plan")
    ],
    "accessibility": "Routes are chosen with each group.",
    "skills": ["field monitoring", "risk management", "navigation"],
    "tracked_by": [7],
    "completion_rule": "All three tasks are passed.",
    "issuance_requested_by": [7],
    "interdisciplinary": False,
    "third_party": False,
    "success_measures": [
        {"measure": "Completion", "target": "80 %"},
        {"measure": "Employed", "target": "50 %"},
        {"measure": "Satisfied", "target": "90 %"},
    ],
    "criteria_steps": [{"type": "field work", "title": "A week in the field"}],
    "criteria_narrative": "An instructor watches each task and signs the log.",
    "badge_type": "learning",
    "badge_level": "foundational",
    "badge_alt_text": "Round badge, a trail between pines",
    "badge_validity": "always",
    "conflict": False,
    "accurate": True,
}


def problems(**changes: Any) -> list[FieldProblem]:
    values = {**COMPLETE, **changes}
    return POLICY.form_problems("pilot-proposal", values)


def messages(**changes: Any) -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in problems(**changes)]


def test_a_complete_proposal_has_no_problems_and_is_already_tidy() -> None:
    assert problems() == []
    assert FORM.clean(COMPLETE) == COMPLETE


def test_a_blank_form_asks_for_everything_once() -> None:
    asked = [problem.field for problem in POLICY.form_problems("pilot-proposal", {})]
    assert len(asked) == len(set(asked))
    assert asked[:4] == ["title", "kind", "track", "levels"]
    assert "badge_name" not in asked  # it starts as the title, which is asked for
    assert "total_credits" not in asked  # asked only where credit is earned


def test_credit_brings_its_own_questions() -> None:
    assert messages(kind="credit") == [
        ("total_credits", "Please fill this in."),
        ("minimum_grade", "Please choose one."),
    ]


def test_a_hybrid_needs_both_credits_and_hours() -> None:
    assert messages(kind="hybrid", total_hours=None, minimum_grade="C-") == [
        ("total_credits", "Please fill this in."),
        ("total_hours", "Please fill this in."),
    ]


def test_partners_bring_their_own_questions() -> None:
    assert messages(third_party=True) == [
        ("partner_organizations", "Please add at least 1."),
        ("mou_state", "Please choose one."),
        ("data_shared", "Please fill this in."),
    ]
    assert messages(interdisciplinary=True, mou_state="in progress") == [
        ("partner_units", "Please fill this in.")
    ]


def test_what_assessment_needs_is_asked_in_each_row() -> None:
    outcomes = [{"outcome": f"Does {n}"} for n in (1, 2, 3)]
    assert messages(assessed="unassessed", outcomes=outcomes) == []
    found = problems(outcomes=[*COMPLETE["outcomes"][:2], {"outcome": "Does 3"}])
    assert [(p.row, p.column, p.message) for p in found] == [
        (3, "method", "Row 3: How it is assessed is missing."),
        (3, "evidence", "Row 3: What shows it is missing."),
        (3, "threshold", "Row 3: What is enough is missing."),
    ]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "x" * 81, "At most 80 characters; this has 81."),
        ("title", "Bachelor of Trails", "A title may not contain “bachelor”. It could be taken "
         "for a degree, a license or an accreditation."),
        ("short_title", "y" * 41, "At most 40 characters; this has 41."),
        ("kind", "free", "“free” is not one of the choices."),
        ("levels", ["graduate", "expert"], "“expert” is not one of the choices."),
        ("owner_unit", "astrology", "“astrology” is not a unit of the institution."),
        ("contact_email", "ana at umt", "“ana at umt” is not an e-mail address."),
        ("first_term", "fall-1999", "“fall-1999” is not a term of the calendar."),
        ("description", "d" * 501, "At most 500 characters; this has 501."),
        ("enrollment_year_1", "a dozen", "“a dozen” is not a number."),
        ("enrollment_year_1", 12.5, "Please give a whole number."),
        ("enrollment_year_1", -1, "At least 0."),
        ("price", "-3", "At least 0."),
        ("price", "3.999", "“3.999” is not an amount; write it as 395.00."),
        ("marketing_start", "2027-02-30", "“2027-02-30” is not a date; write it as 2026-11-18."),
        ("resources_needed", "maybe", "Please answer yes or no."),
        ("skills", ["maps"], "At least 3 are needed; there are 1."),
        ("skills", ["a", "b", "the art of reading maps"], "“the art of reading maps” has more "
         "than 4 words."),
        ("components", "a course", "This is not a table."),
        ("total_hours", 0, "At least 0.5."),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_said_plainly_and_once(field: str, value: Any, message: str) -> None:
    assert messages(**{field: value}) == [(field, message)]


def test_a_web_address_may_not_run_anything() -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", "https://", "https://a b.org", "//x"):
        row = {"framework": "NACE", "name": "Teamwork", "url": url}
        assert messages(alignments=[row]) == [
            (
                "alignments",
                "Row 1, Web address: Please give a web address that starts with https://.",
            )
        ]
    row["url"] = "https://www.naceweb.org/career-readiness"
    assert messages(alignments=[row]) == []


def test_a_badge_answer_of_its_own_is_judged_on_its_own() -> None:
    assert messages(badge_description="b" * 501) == [
        ("badge_description", "At most 500 characters; this has 501.")
    ]


def test_what_was_pasted_from_a_word_processor_is_tidied() -> None:
    tidy = FORM.clean(
        {
            "title": "  Zoe\u0308’s \u000bTrail\u0000 \ufeffSkills ",
            "description": "One.\r\nTwo.  \x0b\uf0b7 Three\u200b\n\n\n\nFour.\u202e ",
            "contact_email": " Ana.Ruiz@UMontana.Example.EDU ",
            "price": "$1,395",
            "enrollment_year_1": " 1,200 ",
            "total_hours": "40.0",
            "marketing_start": "11/18/2026",
            "resources_needed": "no",
            "skills": "navigation, Navigation; risk\nmaps,,",
            "components": [{"title": " Field ", "required": "yes", "extra": 1}, {"title": " "}],
            "not a field": "x",
            "mission_fit": "   ",
        }
    )
    assert tidy == {
        "title": "Zoë’s Trail Skills",
        "description": "One.\nTwo.\n• Three\n\nFour.",
        "contact_email": "Ana.Ruiz@umontana.example.edu",
        "price": "1395.00",
        "enrollment_year_1": 1200,
        "total_hours": 40,
        "marketing_start": "2026-11-18",
        "resources_needed": False,
        "skills": ["navigation", "risk", "maps"],
        "components": [{"title": "Field", "required": True}],
    }


def test_names_in_any_script_are_left_alone() -> None:
    for name in ("Nguyễn Linh", "ⵣⴰⵏⴰ", "سارا\u200cخاتون", "Łukasz D’Amico", "李小龍"):
        assert clean_text(name) == name


@given(st.text())
def test_tidying_is_done_once_and_for_all(text: str) -> None:
    for lines in (False, True):
        tidy = clean_text(text, lines=lines)
        assert clean_text(tidy, lines=lines) == tidy
        tidy.encode()  # no lone surrogate is left


@given(st.dictionaries(st.sampled_from(sorted(FORM.fields)), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner,
                                                               max_size=3), max_leaves=6)))  # fmt: skip
def test_no_answer_however_strange_breaks_the_form(values: dict[str, Any]) -> None:
    tidy = FORM.clean(values)
    assert FORM.clean(tidy) == tidy
    POLICY.form_problems("pilot-proposal", values)
    FORM.changed({}, values)
    for key, value in tidy.items():
        assert isinstance(FORM.fields[key].show(value), str)


def test_the_badge_starts_as_the_program_and_may_differ() -> None:
    filled = FORM.filled(COMPLETE)
    assert filled["badge_name"] == "Wilderness Stewardship Field Skills"
    assert filled["badge_skills"] == ["field monitoring", "risk management", "navigation"]
    assert FORM.filled({**COMPLETE, "badge_name": "Trail Steward"})["badge_name"] == "Trail Steward"


def test_what_changes_with_a_title() -> None:
    changed = FORM.changed(COMPLETE, {**COMPLETE, "title": "Trail Skills"})
    assert changed == {"title", "badge_name"}


def test_a_telephone_number_is_minor_and_an_outcome_is_material() -> None:
    changed = FORM.changed(
        COMPLETE,
        {**COMPLETE, "contact_phone": "406-555-0100", "outcomes": COMPLETE["outcomes"][:2]},
    )
    assert changed == {"contact_phone", "outcomes"}
    assert changed & FORM.material_keys() == {"outcomes"}
    assert changed & FORM.material_keys(["identity", "money"]) == set()


def test_only_marks_of_form_that_mean_nothing_are_no_change() -> None:
    noisy = {**COMPLETE, "title": f"  {COMPLETE['title']} ", "acronym": "", "total_hours": "40.0"}
    assert FORM.changed(COMPLETE, noisy) == set()


def test_a_signer_who_returns_must_say_why() -> None:
    form = POLICY.forms["signature"]
    answer = {"choice": "return", "typed_name": "Dean Marek"}
    found = form.problems(answer, sections=["answer"])
    assert [(problem.field, problem.message) for problem in found] == [
        ("comment", "Please fill this in.")
    ]
    assert form.problems({**answer, "choice": "sign"}, sections=["answer"]) == []
    assert form.statement.startswith("I have reviewed this packet")


def test_the_office_fills_in_its_part_of_a_consultation() -> None:
    form = POLICY.forms["consultation-request"]
    assert [topic.label for topic in form.fields["topics"].choices] == [
        "Market analysis",
        "Financial models",
        "Marketing",
        "Credit options",
        "Learning outcomes",
        "Meta-data",
        "Digital badging",
    ]
    assert [p.field for p in form.problems({}, sections=["held"])] == [
        "held_on",
        "notes",
        "recommendation",
    ]
    assert [p.field for p in form.problems({"waived": True}, sections=["waiver"])] == [
        "waiver_reason"
    ]


def test_a_learner_who_declines_is_asked_nothing_more() -> None:
    form = POLICY.forms["claim"]
    assert form.problems({"answer": "decline"}) == []
    assert [problem.field for problem in form.problems({"answer": "accept"})] == [
        "display_name",
        "visibility",
        "consent",
    ]


def test_an_attestation_that_is_withheld_is_missing() -> None:
    assert messages(accurate=False) == [("accurate", "Please confirm this.")]


def test_sections_of_the_proposal_are_those_of_the_reference() -> None:
    assert [section.title for section in FORM.sections] == [
        "1. Identity",
        "2. Purpose",
        "3. Demand and money",
        "4. Curriculum",
        "5. Outcomes and assessment",
        "6. Skills",
        "7. Operation",
        "8. Partners",
        "9. Marketing",
        "10. Pilot plan",
        "11. Badge meta-data",
        "12. Signatures",
        "13. Files",
        "14. Declarations",
    ]


def test_everything_that_code_relies_on_is_locked_and_has_a_label() -> None:
    for key, fields in FIELDS.items():
        for name in fields:
            assert POLICY.forms[key].fields[name].locked
    for form in POLICY.forms.values():
        for field in form.fields.values():
            assert field.label


def test_an_answer_in_plain_words() -> None:
    assert FORM.fields["kind"].show("noncredit") == "Non-credit"
    assert FORM.fields["levels"].show(["graduate", "professional"]) == (
        "Graduate, Professional development"
    )
    assert FORM.fields["third_party"].show(False) == "No"
    assert FORM.fields["components"].show(COMPLETE["components"]) == "Field week · 40 · Yes"


def test_facts_of_the_proposal() -> None:
    facts = facts_of(COMPLETE, told=["consultation held", "procedures attested"])
    assert {"noncredit", "noncredit-bearing", "professional level", "paid", "assessed"} <= facts
    assert {"consultation held", "procedures attested", "syllabus attached"} <= facts
    assert "partnered" not in facts
    with pytest.raises(KeyError, match="no predicate 'credit' that a room may tell"):
        facts_of(COMPLETE, told=["credit"])


def test_what_still_keeps_the_draft_from_signing() -> None:
    step = POLICY.processes["pilot-proposal"].step("draft")
    facts = facts_of(
        {**COMPLETE, "third_party": True, "syllabus": []}, told=["consultation waived"]
    )
    assert [str(requirement.that) for requirement in step.unmet(facts)] == [
        "procedures attested",
        "syllabus attached",
        "mou attached or mou in progress",
    ]
    assert step.unmet(facts_of(COMPLETE, told=["consultation held", "procedures attested"])) == []
