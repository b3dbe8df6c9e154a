"""Which columns of a program and of a badge template the record protects."""

from bitterroot.programs.models import BadgeTemplate, Program
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
        ]
    )
