"""Which columns of this room's rows the record protects."""

from bitterroot.programs.enums import REVIEW_GIVEN
from bitterroot.programs.models import (
    BadgeTemplate,
    Intent,
    Pilot,
    PilotExtension,
    Program,
    ProgramReview,
    TeachOut,
)
from bitterroot.record.canonical import digest


def program_seal(p: Program) -> str:
    """Digest of a program's protected columns."""
    return digest(
        [
            p.id,
            p.slug,
            p.title,
            p.kind,
            p.track,
            p.owner_unit_id,
            p.lead_id,
            p.state,
            p.pilot_start_term,
            p.enrolls_until,
            p.state_before,
        ]
    )


def template_seal(t: BadgeTemplate) -> str:
    """Digest of what is awarded; it is never edited."""
    return digest(
        [
            t.id,
            t.program_version_id,
            t.n,
            t.name,
            t.achievement,
            t.image_svg_id,
            t.image_png_id,
            t.alt_text,
            t.valid_months,
            t.repeatable,
            t.assessed,
            # Only where it is so: templates of before there were such answers keep their seals.
            *(["shown in parts"] if t.shown_in_parts else []),
            *(["suspendable"] if t.suspendable else []),
        ]
    )


def pilot_seal(p: Pilot) -> str:
    """Digest of what the clock starts from; the days that follow from it are computed."""
    return digest([p.id, p.program_id, p.first_term, p.policy_id, p.rule])


def extension_seal(e: PilotExtension) -> str:
    """Digest of a grant; it is never edited."""
    return digest([e.id, e.pilot_id, e.years, e.reason, e.granted_by_id])


def review_seal(r: ProgramReview) -> str:
    """Digest of a review: what it says is protected from the moment it is submitted."""
    said = [r.values, r.figures, *_beside(r)] if r.state in REVIEW_GIVEN else []
    who = [r.submitted_by_id, r.head_acknowledged_by_id, r.decided_by_id]
    return digest([r.id, r.pilot_id, r.year, r.state, said, who, r.rating, r.comments])


def _beside(r: ProgramReview) -> list[list[object]]:
    """Its files and what instructors said; nothing where there is none, so that earlier seals hold."""
    files = sorted(r.files.filter(removed_at=None).values_list("name", "file_id"))
    voices = sorted(
        (str(pk), text) for pk, text in r.contributions.values_list("writer_id", "text")
    )
    return [list(files), list(voices)] if files or voices else []


def intent_seal(i: Intent) -> str:
    """Digest of a notice: what it says is protected from its first signature on."""
    said = [i.values] if i.content_sha256 else []
    who = [i.lead_signed_by_id, i.head_signed_by_id, i.acknowledged_by_id]
    return digest([i.id, i.pilot_id, i.n, i.state, said, i.content_sha256, who])


def teach_out_seal(t: TeachOut) -> str:
    """Digest of how long those enrolled have to finish."""
    return digest([t.id, t.program_id, t.end_term, t.reason])
