"""The memorandum of understanding as a tagged PDF (PDF/UA-1), with lines for every party to sign on."""

from collections.abc import Mapping, Sequence
from typing import Any

from bitterroot.files.typeset import tagged_pdf

SOURCE = """
#let d = json(bytes(sys.inputs.data))
#let soft = rgb("#5b625e")
#set document(title: d.title, author: d.issuer)
#set page(paper: "us-letter", margin: (x: 2.2cm, y: 2.4cm), numbering: "1 / 1",
  header: text(size: 8pt, fill: soft)[#d.title#if d.mark != "" [ · #d.mark]])
#set text(font: ("Libertinus Serif", "Noto Serif", "Noto Sans", "Noto Sans CJK SC", "DejaVu Sans", "New Computer Modern"), size: 10.5pt, lang: "en", fill: rgb("#22302a"))
#set par(justify: false)
#show heading.where(level: 1): set text(size: 19pt)
#show heading.where(level: 2): set block(above: 1.6em, below: 0.7em)
#show heading.where(level: 3): set text(size: 10.5pt)
#set table(stroke: (x, y) => (bottom: 0.4pt + rgb("#b9b3a6")), inset: (x: 4pt, y: 4pt))
#let line-for(label, value) = block(above: 0.6em, below: 0pt, breakable: false, {
  text(size: 9pt, fill: soft, label)
  linebreak()
  if value == "" { box(width: 100%, height: 1.2em, stroke: (bottom: 0.6pt)) } else { value }
})
#text(size: 9pt, fill: soft)[#d.issuer · #d.office]

= #d.title
#d.kind

#if d.parties.len() > 0 [Between #d.parties.join(", ", last: " and ").]

#if d.programs.len() > 0 [For #d.programs.join("; ").]

#if d.facts.len() > 0 { list(..d.facts) }
#for part in d.parts {
  heading(level: 2, part.title)
  for row in part.rows {
    heading(level: 3, row.label)
    if row.headings.len() > 0 {
      // Addresses have no spaces: they break behind a dot or an @ rather than leave the page.
      block(breakable: row.lines.len() > 8, {
        set text(size: 9.5pt)
        show regex("[@./_-]"): it => it + sym.zws
        table(columns: row.headings.map(h => 1fr),
          table.header(..row.headings.map(h => strong(h))), ..row.lines.flatten())
      })
    } else { row.text }
  }
}
#if d.signatures.len() > 0 {
  heading(level: 2, "Signatures")
  [Each party signs below. Once all have signed, #d.office records the signed document.]
  for each in d.signatures {
    block(breakable: false, above: 2em, {
      heading(level: 3, if each.party != "" { each.party } else { "Party" })
      grid(columns: (2fr, 1fr), column-gutter: 1.5em, row-gutter: 0.4em,
        line-for("Signature", ""), line-for("Date", ""),
        line-for("Name", each.name), line-for("Office", each.title))
    })
  }
}
"""


def memorandum_pdf(content: Mapping[str, Any], *, facts: Sequence[str], mark: str) -> bytes:
    """The bytes of the file: PDF/UA-1 where the fonts at hand have every glyph.

    `content` as `proposals.queries.memorandum.content_of` has it; `facts` stand below the title;
    `mark` stands on each page.
    """
    return tagged_pdf(SOURCE, {**content, "facts": list(facts), "mark": mark})
