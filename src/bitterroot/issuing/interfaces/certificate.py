"""The certificate as tagged PDF (PDF/UA-1) with a QR code that leads to the public page."""

import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import segno
import typst

from bitterroot.governance import policies
from bitterroot.issuing.models import Award
from bitterroot.issuing.queries import address_of, chain_of

SOURCE = """
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title, author: d.issuer)
#set page(paper: "us-letter", flipped: true, margin: 2cm, fill: rgb("#fbf8f2"))
#set text(font: ("Libertinus Serif", "Noto Serif", "Noto Sans", "Noto Sans CJK SC", "DejaVu Sans", "New Computer Modern"), size: 13pt, lang: "en", fill: rgb("#22302a"))
#set align(center)
#text(size: 15pt, d.issuer)
#v(0.4cm)
#image("badge.svg", height: 4.6cm, alt: d.alt)
#v(0.2cm)
#text(size: 30pt, weight: "bold", d.recipient)
#v(0.1cm)
earned
#heading(level: 1, text(size: 22pt, d.badge))
#text(size: 12pt, d.dates)
#v(0.3cm)
#block(width: 80%, text(size: 11pt, d.description))
#v(1fr)
#grid(columns: (1fr, auto), align: (left + bottom, right + bottom), gutter: 1cm,
  text(size: 9pt)[#d.approval \\ Check it at #link(d.address)[#d.address]],
  image("qr.svg", width: 2.6cm, alt: "QR code that leads to " + d.address))
"""


def certificate(award: Award, image_svg: bytes) -> bytes:
    """The PDF's bytes: PDF/UA-1 where the fonts at hand have every glyph of the name."""
    achievement = award.template.achievement
    until = f", valid until {award.valid_until:%d %B %Y}" if award.valid_until else ""
    chain = chain_of(award)
    data = {
        "title": f"Certificate: {achievement['name']}",
        "issuer": policies.current().institution.name,
        "recipient": award.display_name,
        "badge": achievement["name"],
        "alt": award.template.alt_text,
        "description": achievement["description"],
        "dates": f"Issued {award.valid_from:%d %B %Y}{until}",
        "approval": f"{chain['program']}: {chain['outcome'].lower()}, {chain['body']}, {chain['decided_on']}.",
        "address": address_of(award),
    }
    return _compile(data, image_svg)


def _compile(data: dict[str, str], image_svg: bytes) -> bytes:
    qr = io.BytesIO()
    segno.make(data["address"], error="m").save(qr, kind="svg", border=2)
    with TemporaryDirectory(prefix="bitterroot-pdf-") as folder:
        root = Path(folder)
        (root / "main.typ").write_text(SOURCE, encoding="utf-8")
        (root / "badge.svg").write_bytes(image_svg)
        (root / "qr.svg").write_bytes(qr.getvalue())
        inputs = {"data": json.dumps(data)}
        try:
            return typst.compile(
                root / "main.typ", root=root, sys_inputs=inputs, format="pdf", pdf_standards="ua-1"
            )
        except typst.TypstError:
            # PDF/UA-1 refuses text without a glyph. Without that promise the rest still shows.
            return typst.compile(root / "main.typ", root=root, sys_inputs=inputs, format="pdf")
