"""The certificate as tagged PDF (PDF/UA-1) with a QR code that leads to the public page."""

import io
import logging
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import segno
import typst
from django.utils import timezone

from bitterroot.files.typeset import typeset
from bitterroot.governance import policies
from bitterroot.issuing.enums import AwardState
from bitterroot.issuing.models import Award
from bitterroot.issuing.queries import address_of, chain_of
from bitterroot.issuing.queries.standing import no_longer_valid
from bitterroot.programs.domain.recognition import SENTENCE

log = logging.getLogger(__name__)

FONTS = (
    '("Libertinus Serif", "Noto Serif", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", '
    '"Noto Sans CJK KR", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", '
    '"Noto Sans Thai", "DejaVu Sans", "Noto Emoji", "New Computer Modern")'
)
SOURCE = """
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title, author: d.issuer)
#set page(paper: "us-letter", flipped: true, margin: 2cm, fill: rgb("#fbf8f2"))
#set text(font: FONTS, size: 13pt, lang: "en", fill: rgb("#22302a"))
#set align(center)
#text(size: 15pt, d.issuer)
#if d.warning != "" {
  v(0.1cm)
  block(width: 100%, inset: 0.4cm, stroke: 2pt + rgb("#9b2c20"), fill: rgb("#fbe9e6"),
    text(fill: rgb("#7a1f15"))[#text(size: 28pt, weight: "bold", d.warning) \\ #d.why])
} else { v(0.4cm) }
#image("badge.svg", height: if d.warning == "" { 4.6cm } else { 2.4cm }, alt: d.alt)
#v(0.2cm)
#text(size: if d.drawn == "" { 30pt } else { 15pt }, weight: "bold", if d.drawn == "" { d.recipient } else { d.drawn })
#v(0.1cm)
#if d.warning == "" [earned] else [was given]
#heading(level: 1, text(size: 22pt, d.badge))
#text(size: 12pt, d.dates)
#if d.limit != "" { block(text(size: 12pt, weight: "bold", d.limit)) }
#v(0.3cm)
#block(width: 80%, text(size: 11pt, d.description))
#v(1fr)
#grid(columns: (1fr, auto), align: (left + bottom, right + bottom), gutter: 1cm,
  text(size: 9pt)[#d.approval \\ Check it at #link(d.address)[#d.address]],
  image("qr.svg", width: 2.6cm, alt: "QR code that leads to " + d.address))
""".replace("FONTS", FONTS)

#: Stands for a name that no font of this machine can draw. The document's title still has it.
NOT_DRAWN = "The holder whose name is the title of this document and stands on the badge’s page"


def certificate(award: Award, image_svg: bytes) -> bytes:
    """The PDF's bytes, PDF/UA-1: also where no font has the name, which the title then has alone.

    What is valid no longer says so on its face and in its title, first of all.
    """
    achievement = award.template.achievement
    until = f", valid until {award.valid_until:%d %B %Y}" if award.valid_until else ""
    chain = chain_of(award)
    warning, why = _warning(award)
    title = f"Certificate: {achievement['name']}, {award.display_name}"
    data = {
        "title": f"{warning} {title}".strip(),
        "warning": warning,
        "why": why,
        "drawn": "",
        "issuer": policies.current().institution.name,
        "recipient": award.display_name,
        "badge": achievement["name"],
        "alt": award.template.alt_text,
        "description": achievement["description"],
        "dates": f"Issued {award.valid_from:%d %B %Y}{until}",
        "approval": _approval(chain),
        "address": address_of(award),
        "limit": "" if award.template.assessed else SENTENCE,
    }
    return _compile(data, image_svg)


def _approval(chain: dict[str, Any]) -> str:
    """Who approved the program, and when."""
    decided = date.fromisoformat(chain["decided_on"])
    day = f"{decided.day} {decided:%B %Y}"
    if chain["earlier"]:
        return f"{chain['program']} was approved by {chain['body']} on {day}, before Bitterroot."
    return f"{chain['program']}: {chain['outcome'].lower()} by {chain['body']} on {day}."


def _warning(award: Award) -> tuple[str, str]:
    """What is printed large, and the sentence below it; both empty where the badge stands."""
    if award.state == AwardState.DECLINED:
        return "Declined.", "The learner declined this badge."
    word, why = no_longer_valid(award) or ("", "")
    if award.state == AwardState.REVOKED and award.revoked_at:
        word = f"{word.rstrip('.')} on {timezone.localtime(award.revoked_at):%d %B %Y}."
    return word, why


def _compile(data: dict[str, str], image_svg: bytes) -> bytes:
    qr = io.BytesIO()
    segno.make(data["address"], error="m").save(qr, kind="svg", border=2)
    with TemporaryDirectory(prefix="bitterroot-pdf-") as folder:
        root = Path(folder)
        (root / "main.typ").write_text(SOURCE, encoding="utf-8")
        (root / "badge.svg").write_bytes(image_svg)
        (root / "qr.svg").write_bytes(qr.getvalue())
        for drawn in ("", NOT_DRAWN):
            with suppress(typst.TypstError):  # PDF/UA-1 refuses text without a glyph
                return typeset(root, {**data, "drawn": drawn})
        # The program's own words have a character without a glyph: without the promise of
        # PDF/UA-1 the rest still shows.
        log.warning("no font has every character of the certificate “%s”", data["badge"])
        return typeset(root, {**data, "drawn": NOT_DRAWN}, accessible=False)


#: A few characters of each script in which learners' names are written.
SAMPLES = {
    "Latin": "Nguyễn Łukasz Ōkubo",
    "Greek": "Γιώργος",
    "Cyrillic": "Алёна Ґалаґан",
    "Armenian": "Արամ",
    "Georgian": "გიორგი",
    "Hebrew": "דוד",
    "Arabic": "محمد",
    "Devanagari": "अर्जुन",
    "Bengali": "অর্ণব",
    "Tamil": "அருண்",
    "Thai": "สมชาย",
    "Ethiopic": "አበበ",
    "Cherokee": "ᏣᎳᎩ",
    "Canadian syllabics": "ᐃᓄᒃ",
    "Chinese": "王小明",
    "Japanese": "さくらサクラ",
    "Korean": "김민준",
    "Emoji": "🦬",
}


def scripts_drawn() -> dict[str, bool]:
    """Whether the fonts of this machine draw a name in each script on a certificate."""
    found = {}
    with TemporaryDirectory(prefix="bitterroot-pdf-") as folder:
        source = Path(folder) / "main.typ"
        for script, sample in SAMPLES.items():
            source.write_text(
                f'#set document(title: "Sample")\n#set text(font: {FONTS})\n{sample}\n',
                encoding="utf-8",
            )
            try:
                typst.compile(source, format="pdf", pdf_standards="ua-1")
                found[script] = True
            except typst.TypstError:
                found[script] = False
    return found
