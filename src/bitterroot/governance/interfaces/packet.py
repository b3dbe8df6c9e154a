"""Tagged PDF (PDF/UA-1): the packet of a meeting, and documents of facts and answers."""

from collections.abc import Mapping
from typing import Any

from bitterroot.files.typeset import tagged_pdf

_HEAD = """
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title, author: d.issuer)
#set page(paper: "us-letter", margin: (x: 2.2cm, y: 2.4cm), numbering: "1 / 1",
  header: text(size: 8pt, fill: rgb("#5b625e"))[#d.issuer · #d.title])
#set text(font: ("Libertinus Serif", "Noto Serif", "Noto Sans", "Noto Sans CJK SC", "DejaVu Sans", "New Computer Modern"), size: 10.5pt, lang: "en", fill: rgb("#22302a"))
#set par(justify: false)
#show heading.where(level: 1): set text(size: 20pt)
#show heading.where(level: 2): set block(above: 1.6em, below: 0.7em)
#show heading.where(level: 4): set text(size: 10.5pt)
#let pairs(rows) = for row in rows {
  block(above: 0.9em, below: 0.2em, text(size: 9pt, fill: rgb("#5b625e"), row.at(0)))
  row.at(1)
}
"""
SOURCE = (
    _HEAD
    + """
= #d.title
#d.lead

#outline(title: [Agenda], depth: 3)
#for section in d.sections {
  heading(level: 2, section.title)
  for item in section.items {
    heading(level: 3, item.title)
    list(..item.facts)
    for part in item.parts {
      heading(level: 4, part.title)
      pairs(part.rows)
    }
    if item.reviews.len() > 0 {
      heading(level: 4, "Reviews")
      table(columns: (1fr, auto), inset: (x: 4pt, y: 4pt),
        stroke: (x, y) => (bottom: 0.4pt + rgb("#b9b3a6")),
        table.header(strong("Criterion"), strong("Scores")), ..item.reviews.flatten())
      list(..item.notes)
    }
  }
}
"""
)
DOCUMENT = (
    _HEAD
    + """
= #d.title
#d.lead

#list(..d.facts)
#if d.statement != "" { quote(block: true, d.statement) }
#for part in d.parts {
  heading(level: 2, part.title)
  pairs(part.rows)
}
#if d.files.len() > 0 {
  heading(level: 2, "Files")
  list(..d.files)
}
"""
)


def packet(data: Mapping[str, Any]) -> bytes:
    """The bytes of the file: PDF/UA-1 where the fonts at hand have every glyph.

    `data`: title, issuer, lead; sections of (title, items), each item with title, facts (texts),
    parts of (title, rows of label and answer), reviews (rows of two texts) and notes (texts).
    """
    return tagged_pdf(SOURCE, data)


def document_pdf(data: Mapping[str, Any]) -> bytes:
    """Facts and answers as one file, such as what someone signs; PDF/UA-1 as above.

    `data`: title, issuer, lead, statement; facts and files (texts); parts of (title, rows of label
    and answer).
    """
    return tagged_pdf(DOCUMENT, data)
