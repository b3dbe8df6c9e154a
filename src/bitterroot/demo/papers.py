"""Small PDF files that the demo attaches: syllabi, memoranda, minutes of earlier decisions."""

import json

import typst

_SOURCE = b"""
#let paper = json(bytes(sys.inputs.paper))
#set document(title: paper.title, author: "Demo university")
#set page(paper: "us-letter", margin: 2.5cm)
#set text(size: 11pt, lang: "en")
= #paper.title
#for line in paper.lines [#par(line)]
#v(1cm)
#emph[Made for the demo of Bitterroot; people and organizations are invented.]
"""


def pdf(title: str, *lines: str) -> bytes:
    """A page with a title and a few paragraphs."""
    paper = json.dumps({"title": title, "lines": list(lines)})
    made: bytes = typst.compile(_SOURCE, sys_inputs={"paper": paper}, format="pdf")  # type: ignore[assignment]
    return made
