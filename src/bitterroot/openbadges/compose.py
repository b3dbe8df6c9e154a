"""Plain functions that give Open Badges 3.0 JSON objects: profile, achievement, their parts.

Everything typed by people passes `text`; a value that would make a badge that others reject
raises InputError naming the field. The results are plain dicts, valid against the published JSON
Schema. `award.credential` puts them together.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from bitterroot.openbadges import text
from bitterroot.openbadges.errors import InputError

Json = dict[str, Any]

ACHIEVEMENT_TYPES = frozenset(
    [
        "Achievement",
        "ApprenticeshipCertificate",
        "Assessment",
        "Assignment",
        "AssociateDegree",
        "Award",
        "Badge",
        "BachelorDegree",
        "Certificate",
        "CertificateOfCompletion",
        "Certification",
        "CommunityService",
        "Competency",
        "Course",
        "CoCurricular",
        "Degree",
        "Diploma",
        "DoctoralDegree",
        "Fieldwork",
        "GeneralEducationDevelopment",
        "JourneymanCertificate",
        "LearningProgram",
        "License",
        "Membership",
        "ProfessionalDoctorate",
        "QualityAssuranceCredential",
        "MasterCertificate",
        "MasterDegree",
        "MicroCredential",
        "ResearchDoctorate",
        "SecondarySchoolDiploma",
    ]
)
TARGET_TYPES = frozenset(
    [
        "ceasn:Competency",
        "ceterms:Credential",
        "CFItem",
        "CFRubric",
        "CFRubricCriterion",
        "CFRubricCriterionLevel",
        "CTDL",
    ]
)
RESULT_TYPES = frozenset(
    [
        "GradePointAverage",
        "LetterGrade",
        "Percent",
        "PerformanceLevel",
        "PredictedScore",
        "RawScore",
        "Result",
        "RubricCriterion",
        "RubricCriterionLevel",
        "RubricScore",
        "ScaledScore",
        "Status",
    ]
)
IDENTIFIER_TYPES = frozenset(
    [
        "name",
        "sourcedId",
        "systemId",
        "productId",
        "userName",
        "accountId",
        "emailAddress",
        "nationalIdentityNumber",
        "isbn",
        "issn",
        "lisSourcedId",
        "oneRosterSourcedId",
        "sisSourcedId",
        "ltiContextId",
        "ltiDeploymentId",
        "ltiToolId",
        "ltiPlatformId",
        "ltiUserId",
        "identifier",
    ]
)
ResultStatus = Literal[
    "Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"
]


def one_of(value: str, allowed: frozenset[str], field: str) -> str:
    """`value` if the standard lists it or it is an extension (``ext:Name``)."""
    tail = value.removeprefix("ext:")
    extension = tail != value and tail != "" and all(c.isalnum() or c in "._-" for c in tail)
    if value in allowed or (extension and tail.isascii()):
        return value
    raise InputError(field, f"must be ext:… or one of {', '.join(sorted(allowed))}")


def without_empty(**members: Any) -> Json:
    """The members that have a value: None, empty text and empty lists are left out."""
    return {key: value for key, value in members.items() if value not in (None, "", [], ())}


def _optional(value: str | None, field: str, *, limit: int = 20_000) -> str | None:
    return text.tidy(value, field, limit=limit).strip() if value else None


def _optional_url(value: str | None, field: str) -> str | None:
    return text.url(value, field) if value else None


def number(value: float | None, field: str) -> float | int | None:
    """A number that every program writes alike: no more than three decimals, not negative."""
    if value is None:
        return None
    if not 0 <= value < 1e6:
        raise InputError(field, "must be between 0 and 1,000,000")
    if 0 < value < 0.001:
        raise InputError(field, "is too small")
    rounded = round(float(value), 3)
    return int(rounded) if rounded.is_integer() else rounded


def image(address: str, caption: str | None = None, field: str = "image") -> Json:
    """An Image object; `caption` is the text alternative. Data URIs are allowed, but heavy."""
    if not address.startswith("data:image/"):
        text.url(address, field)
    text.iri(address, field)
    return without_empty(
        id=address, type="Image", caption=_optional(caption, f"{field}.caption", limit=1_000)
    )


def profile(
    identifier: str,
    name: str,
    *,
    url: str | None = None,
    description: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    image: Json | None = None,
    official: str | None = None,
    parent: Json | None = None,
    other_identifiers: Sequence[tuple[str, str]] = (),
) -> Json:
    """An issuer or creator. `identifier` is its DID (``did:web:…``) or https address.

    `other_identifiers` are pairs (identifier, type), as ("ce-…", "ext:CTID").
    """
    return without_empty(
        id=text.iri(identifier, "profile.id"),
        type=["Profile"],
        name=text.line(name, "profile.name"),
        url=_optional_url(url, "profile.url"),
        description=_optional(description, "profile.description"),
        email=_optional(email, "profile.email", limit=320),
        phone=_optional(phone, "profile.phone", limit=50),
        image=image,
        official=_optional(official, "profile.official", limit=500),
        parentOrg=parent,
        otherIdentifier=[_other_identifier(*pair) for pair in other_identifiers],
    )


def _other_identifier(identifier: str, kind: str) -> Json:
    return {
        "type": "IdentifierEntry",
        "identifier": text.line(identifier, "otherIdentifier.identifier"),
        "identifierType": one_of(kind, IDENTIFIER_TYPES, "otherIdentifier.identifierType"),
    }


def alignment(
    name: str,
    url: str,
    *,
    target_type: str | None = None,
    framework: str | None = None,
    code: str | None = None,
    description: str | None = None,
) -> Json:
    """A link to a competency, standard or credential in a published framework.

    CASE items use ``CFItem``, Credential Registry resources ``CTDL``, ``ceasn:Competency`` or
    ``ceterms:Credential``; anything else ``ext:…`` or none.
    """
    if target_type:
        one_of(target_type, TARGET_TYPES, "alignment.targetType")
    return without_empty(
        type=["Alignment"],
        targetName=text.line(name, "alignment.targetName"),
        targetUrl=text.iri(url, "alignment.targetUrl"),
        targetType=target_type,
        targetFramework=_optional(framework, "alignment.targetFramework", limit=500),
        targetCode=_optional(code, "alignment.targetCode", limit=200),
        targetDescription=_optional(description, "alignment.targetDescription"),
    )


def result_description(
    identifier: str,
    name: str,
    result_type: str,
    *,
    allowed_values: Sequence[str] = (),
    required_value: str | None = None,
    value_min: str | None = None,
    value_max: str | None = None,
    alignments: Sequence[Json] = (),
) -> Json:
    """What a result on an award means: its name, type and the values that it may take.

    `allowed_values` go from worst to best. An award's result names `identifier`.
    """
    values = [text.line(v, "resultDescription.allowedValue", limit=200) for v in allowed_values]
    return without_empty(
        id=text.iri(identifier, "resultDescription.id"),
        type=["ResultDescription"],
        name=text.line(name, "resultDescription.name"),
        resultType=one_of(result_type, RESULT_TYPES, "resultDescription.resultType"),
        allowedValue=values,
        requiredValue=_optional(required_value, "resultDescription.requiredValue", limit=200),
        valueMin=_optional(value_min, "resultDescription.valueMin", limit=50),
        valueMax=_optional(value_max, "resultDescription.valueMax", limit=50),
        alignment=_alignments(alignments, "resultDescription.alignment"),
    )


def related(identifier: str, *, version: str | None = None, language: str | None = None) -> Json:
    """Another version or translation of an achievement."""
    return without_empty(
        id=text.iri(identifier, "related.id"),
        type=["Related"],
        version=_optional(version, "related.version", limit=100),
        inLanguage=language,
    )


def _alignments(values: Iterable[Json], field: str) -> list[Json]:
    """The alignments, once each; equal ones would only cost the signer its quick path."""
    unique: list[Json] = []
    for value in values:
        if value not in unique:
            unique.append(value)
    return unique


def _tags(tags: Iterable[str]) -> list[str]:
    tidy = list(dict.fromkeys(text.line(tag, "achievement.tag", limit=200) for tag in tags))
    text.check_order(tidy, "achievement.tag")
    return tidy


def achievement(
    identifier: str,
    name: str,
    description: str,
    *,
    criteria_narrative: str | None = None,
    criteria_url: str | None = None,
    achievement_type: str = "MicroCredential",
    image: Json | None = None,
    tags: Iterable[str] = (),
    alignments: Iterable[Json] = (),
    credits_available: float | None = None,
    result_descriptions: Sequence[Json] = (),
    language: str | None = None,
    field_of_study: str | None = None,
    specialization: str | None = None,
    human_code: str | None = None,
    version: str | None = None,
    creator: Json | None = None,
    related: Sequence[Json] = (),
    other_identifiers: Sequence[tuple[str, str]] = (),
    endorsements: Sequence[Json] = (),
) -> Json:
    """What is awarded: one version of a badge template as an OB 3.0 Achievement.

    Criteria need a narrative or an address. `endorsements` are whole signed
    EndorsementCredentials.
    """
    narrative = _optional(criteria_narrative, "achievement.criteria.narrative")
    address = _optional_url(criteria_url, "achievement.criteria.id")
    if not narrative and not address:
        raise InputError("achievement.criteria", "needs a narrative or an address")
    if image is not None and not image.get("caption"):
        raise InputError("achievement.image", "needs a caption as its text alternative")
    if language and not (language.replace("-", "").isalnum() and language.isascii()):
        raise InputError("achievement.inLanguage", "must be a language tag, as en-US")
    return without_empty(
        id=text.iri(identifier, "achievement.id"),
        type=["Achievement"],
        name=text.line(name, "achievement.name"),
        description=text.tidy(description, "achievement.description").strip(),
        criteria=without_empty(id=address, narrative=narrative),
        achievementType=one_of(achievement_type, ACHIEVEMENT_TYPES, "achievement.achievementType"),
        image=image,
        tag=_tags(tags),
        alignment=_alignments(alignments, "achievement.alignment"),
        creditsAvailable=number(credits_available, "achievement.creditsAvailable"),
        resultDescription=list(result_descriptions),
        inLanguage=language,
        fieldOfStudy=_optional(field_of_study, "achievement.fieldOfStudy", limit=500),
        specialization=_optional(specialization, "achievement.specialization", limit=500),
        humanCode=_optional(human_code, "achievement.humanCode", limit=100),
        version=_optional(version, "achievement.version", limit=100),
        creator=creator,
        related=list(related),
        otherIdentifier=[_other_identifier(*pair) for pair in other_identifiers],
        endorsement=list(endorsements),
    )
