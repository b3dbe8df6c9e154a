"""Complete answers to the forms, from the little that a demo program says of itself."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bitterroot.demo.content import load
from bitterroot.learning.checks.facts import ProgramFacts

#: What most demo programs have in common.
COMMON: dict[str, Any] = {
    "track": "micro-credential",
    "stackability": "stand-alone",
    "overlap_found": False,
    "market_evidence": "A survey of 64 employers in four counties; 41 would send someone each year.",
    "enrollment_year_1": 18,
    "enrollment_year_2": 24,
    "enrollment_year_3": 30,
    "financial_model": "self-supporting",
    "resources_needed": False,
    "prerequisites": "none",
    "assessed": "assessed",
    "accessibility": (
        "All material meets WCAG 2.1 AA; field and lab work is planned with each learner who asks,"
        " and every assessment has another form."
    ),
    "completion_rule": "Every component is complete and every outcome has met its threshold.",
    "issuing_times": 2,
    "evidence": "learner",
    "interdisciplinary": False,
    "third_party": False,
    "success_measures": [
        {"measure": "Learners who complete", "target": "80 percent", "by": "Each year"},
        {"measure": "Earners who claim their badge", "target": "70 percent", "by": "Within 30 days"},
        {"measure": "Employers who would send others", "target": "Half of those asked", "by": "Year 2"},
    ],
    "conflict": False,
    "accurate": True,
    "badge_language": "en",
    "badge_validity": "always",
    "repeatable": False,
}  # fmt: skip


#: What someone has in mind who will propose on a track.
PRODUCTS = {"badge": "badge", "noncredit": "noncredit course"}


def proposal_values(key: str, people: Mapping[str, str], **changed: Any) -> dict[str, Any]:
    """All answers of form B for the program `key` of programs.yaml, files aside.

    `people` gives the id of a person by key; `changed` answers win over those of the file.
    """
    return complete(load("programs")[key], people, **changed)


def complete(
    said: Mapping[str, Any],
    people: Mapping[str, str],
    *,
    mail: str = "umontana.example.edu",
    picture: str = "mountains above a river",
    **changed: Any,
) -> dict[str, Any]:
    """What a program says of itself, and what it leaves out: every answer that is asked for.

    `mail` is the campus's domain, `picture` what its badges show.
    """
    values = {**COMMON, **said, **changed}
    lead = values["lead"]
    values["lead"] = people[lead]
    values["instructors"] = values["tracked_by"] = values["issuance_requested_by"] = [people[lead]]
    values.setdefault("contact_email", f"{lead}@{mail}")
    values.setdefault(
        "criteria_narrative",
        "Every outcome is assessed by the instructor against a rubric; work below the threshold"
        " may be handed in once more.",
    )
    alt = f"Badge with {picture} and the words {values['short_title']}"
    values.setdefault("badge_alt_text", alt)
    if values["interdisciplinary"] or values["third_party"]:
        values.setdefault("mou_state", "in progress")
    return values


def consultation_values(key: str, unit: str, name: str, day: str) -> dict[str, Any]:
    """Answers to form A about the program `key`; `day` is the first day that suits (ISO)."""
    said = load("programs")[key]
    return {
        "requester_name": name,
        "unit": unit,
        "preferred_times": [
            {"day": day, "time": "10:00"},
            {"day": day, "time": "13:30"},
            {"day": day, "time": "all afternoon"},
        ],
        "mode": "video",
        "idea_title": said["title"],
        "idea": said["description"],
        "product": PRODUCTS.get(said.get("track"), "micro-credential"),
        "topics": ["market analysis", "learning outcomes", "digital badging"],
        "audience": said["audience"],
        "target_term": said["first_term"],
    }


def list_facts(title: str) -> ProgramFacts | None:
    """What a tracking list of the demo program called `title` is checked by, or None."""
    wanted = title.strip().casefold()
    for said in load("programs").values():
        if said["title"].casefold() == wanted:
            credits, hours = said.get("total_credits"), said.get("total_hours")
            return ProgramFacts(
                title=said["title"],
                kind=said["kind"],
                credits=Decimal(credits) if credits else None,
                hours=Decimal(hours) if hours else None,
                minimum_grade=said.get("minimum_grade"),
                courses=tuple(c["code"] for c in said["components"] if "code" in c),
                repeatable=said.get("repeatable", False),
            )
    return None
