"""Typst source and its data become a tagged PDF (PDF/UA-1)."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst


def tagged_pdf(source: str, data: Mapping[str, Any]) -> bytes:
    """The bytes of the file: PDF/UA-1 where the fonts at hand have every glyph.

    The source reads `data`, plain values, with `json(bytes(sys.inputs.data))`. Raises
    typst.TypstError for a source that cannot be set.
    """
    with TemporaryDirectory(prefix="bitterroot-pdf-") as folder:
        root = Path(folder)
        (root / "main.typ").write_text(source, encoding="utf-8")
        try:
            return typeset(root, data)
        except typst.TypstError:
            # PDF/UA-1 refuses text without a glyph. Without that promise the rest still shows.
            return typeset(root, data, accessible=False)


def typeset(root: Path, data: Mapping[str, Any], *, accessible: bool = True) -> bytes:
    """Set `root`/main.typ, which may use the other files there; with the promise of PDF/UA-1
    unless not `accessible`. Raises typst.TypstError where that promise cannot be kept."""
    return typst.compile(
        root / "main.typ",
        root=root,
        sys_inputs={"data": json.dumps(data)},
        format="pdf",
        pdf_standards="ua-1" if accessible else None,
    )
