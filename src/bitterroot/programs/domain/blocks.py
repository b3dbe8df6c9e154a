"""Blocks that a badge says more in, where the institution's policy wants them.

The standards' vocabularies have no words for them, and a vocabulary of our own would be one that no
other verifier knows. So each stands in words that every verifier has: the European elements of a
micro-credential as alignments with the recommendation that asks for them, and the identifier in the
Credential Registry (CTID) as another identifier.
"""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bitterroot.openbadges import compose
from bitterroot.policy import Policy
from bitterroot.policy.models.forms import Field, Form

EUROPEAN = "European approach to micro-credentials (Council Recommendation 2022/C 243/02)"
ELEMENT = "ext:EuropeanElement"
EQF = "http://data.europa.eu/snb/eqf/"
CTID = "ext:CTID"
#: Field of the form → what the element is called, and its unit.
ELEMENTS = {
    "eu_country": ("Country or region of the issuer", ""),
    "eu_workload": ("Notional workload", " hours"),
    "eu_ects": ("Credits", " ECTS"),
    "eu_level": ("Level of the learning experience", ""),
    "eu_assessment": ("Type of assessment", ""),
    "eu_participation": ("Form of participation", ""),
    "eu_supervision": ("Supervision and identity verification", ""),
    "eu_quality": ("Type of quality assurance", ""),
    "eu_grade": ("Grade is stated", ""),
    "eu_stackability": ("Stackability", ""),
}


#: European element → the question that asks the same of the program, and how its answers are called.
ASKED_TWICE = {
    "eu_participation": (
        "modality",
        {"online": "online", "onsite": "onsite", "blended": "blended"},
    ),
    "eu_stackability": ("stackability", {"stand-alone": "standalone", "stackable": "stackable"}),
}


def contradictions(values: Mapping[str, Any], form: Form) -> list[tuple[str, str]]:
    """European elements that say otherwise than the program itself: their keys, with a sentence.

    Participation as volunteering or work says how one learns, and fits any modality.
    """
    found = []
    for key, (other, same) in ASKED_TWICE.items():
        said, element = values.get(other), values.get(key)
        if key not in form.fields or said not in same or element not in same.values():
            continue
        if same[said] != element:
            question = form.fields[other]
            found.append(
                (
                    key,
                    f"“{question.label}” says “{question.show(said)}”. Say the same, or leave it open.",
                )
            )
    return found


def european(
    values: Mapping[str, Any], *, policy: Policy, page: str, assessed: bool
) -> list[compose.Json]:
    """An alignment for each European element that the proposal answers.

    None where they are not wanted, or nothing was assessed: it is no micro-credential then.
    """
    if "european" not in policy.awards.blocks or not assessed:
        return []
    fields = {key: f for form in policy.forms.values() for key, f in form.fields.items()}
    made = []
    for key, (name, unit) in ELEMENTS.items():
        said = _said(values.get(key), fields.get(key))
        if not said:
            continue
        at = f"{EQF}{values[key]}" if key == "eu_level" else f"{page}#{key.replace('_', '-')}"
        made.append(
            compose.alignment(f"{name}: {said}{unit}", at, target_type=ELEMENT, framework=EUROPEAN)
        )
    return made


def _said(value: Any, field: Field | None) -> str:
    """An answer in words; empty where there is none."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    labels = {choice.key: choice.label for choice in field.choices} if field else {}
    if isinstance(value, list | tuple):
        return ", ".join(labels.get(each, str(each)) for each in value)
    text = str(value)
    return labels.get(text, text.removesuffix(".0"))


def ctid(page: str) -> str:
    """The program's identifier in the Credential Registry: it follows from its address for ever."""
    return f"ce-{uuid5(NAMESPACE_URL, page)}"


def other_identifiers(*, policy: Policy, page: str) -> list[tuple[str, str]]:
    """The CTID, where the policy wants it."""
    return [(ctid(page), CTID)] if "ctdl" in policy.awards.blocks else []


def elements_of(achievement: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The European elements that an achievement of anyone's says, as pairs of name and answer."""
    listed = achievement.get("alignment")
    found = []
    for item in listed if isinstance(listed, list) else [listed]:
        if isinstance(item, dict) and item.get("targetType") == ELEMENT:
            name, colon, said = str(item.get("targetName", ""))[:500].partition(": ")
            if colon:
                found.append((name, said))
    return found[: len(ELEMENTS)]


def ctid_of(achievement: Mapping[str, Any]) -> str:
    """The identifier in the Credential Registry that an achievement names; empty without."""
    listed = achievement.get("otherIdentifier")
    for item in listed if isinstance(listed, list) else [listed]:
        if isinstance(item, dict) and item.get("identifierType") == CTID:
            return str(item.get("identifier", ""))[:100]
    return ""
