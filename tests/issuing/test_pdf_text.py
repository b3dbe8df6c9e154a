"""The tests' own reader of PDFs finds every word, whatever numbers the glyphs happen to have."""

import secrets

from bitterroot.files.typeset import tagged_pdf

from .pdf_text import _drawn, lines_of

SOURCE = """
#let d = json(bytes(sys.inputs.data))
#set document(title: "Words")
#set text(font: "Libertinus Serif", lang: "en")
#for word in d.words [ #word

]
"""


def test_strings_with_parentheses_in_parentheses_are_read_whole():
    page = rb"BT /f0 10 Tf [(\000\003) 12 (\0()(\0(())\\))]TJ /Span <</ActualText (a [b]TJ)>> BDC"
    assert list(_drawn(page)) == [(b"f0", 10.0, b""), (b"", 0.0, b"\0\3\0()(\0(())\\)")]


def test_every_word_of_a_page_is_found():
    words = [secrets.token_hex(32) for _ in range(10)] + ["(a) ((b)", "back\\slash"]
    said = "".join(text for _, text in lines_of(tagged_pdf(SOURCE, {"words": words})))
    assert [word for word in words if word.replace(" ", "") not in said.replace(" ", "")] == []
