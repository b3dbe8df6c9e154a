"""Opens one workbook in a process of its own, and writes out its sheets, a JSON line each.

A workbook of five kilobytes can make a parser ask for a hundred gigabytes (two filled cells, far
apart) or stumble. So parsing happens here, where memory and time are limited by the system, and
where only this process falls. Run as a script; nothing of the house is imported.

Standard input: the workbook. Arguments: kind, most rows, most columns, bytes of memory.
Each line: {"sheet", "rows": [[number, cells], …], "more": filled rows left out, "wide": columns}
or {"fault": what}. Rows without anything are left out; days and times are ISO text.
"""

import io
import re
import sys
import zipfile

import orjson
import python_calamine

FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f(?:\s[^>]*)?>([^<]*)</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
SHEETS = 12
SECONDS = 60


def limit(memory: int) -> None:
    """Have the system refuse more memory and time than an honest workbook needs."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def formulas(data: bytes) -> list[dict[tuple[int, int], str]]:
    """Of each sheet of an XLSX, in order: formulas of which no result was ever kept.

    Programs that write workbooks without computing them leave such; a parser sees a blank cell.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        try:
            links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        except KeyError:
            return []
        targets = {}
        for link in re.findall(r"<Relationship\s[^>]*>", links):
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', link))
            targets[attributes.get("Id")] = attributes.get("Target", "")
        found = []
        for link_id in re.findall(r'<sheet\s[^>]*\br:id="([^"]*)"', book)[:SHEETS]:
            target = targets.get(link_id, "").lstrip("/")
            name = target if target.startswith("xl/") else f"xl/{target}"
            content = archive.read(name) if name in archive.NameToInfo else b""
            found.append(_formulas_of(content) if b"<f" in content else {})
        return found


def _formulas_of(content: bytes) -> dict[tuple[int, int], str]:
    from html import unescape

    cells = {}
    for letters, row, text in FORMULA.findall(content):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        cells[int(row) - 1, column - 1] = "=" + unescape(text.decode("utf-8", "replace"))
    return cells


def plain(value: object) -> object:
    """What JSON has no word for: spans of time."""
    return str(value)


def sheet_line(sheet: python_calamine.CalamineSheet, most: int, wide: int, formulas: dict) -> dict:
    """One sheet: its filled rows up to `most`, and how many more there are."""
    first_column = (sheet.start or (0, 0))[1]
    rows: list[tuple[int, list]] = []
    more = 0
    width = min(sheet.width, wide)
    for at, cells in enumerate(sheet.iter_rows()):
        for column in range(width) if formulas else ():
            text = formulas.get((at, column + first_column))
            if text and cells[column] == "":
                cells[column] = text
        if not any(cell != "" for cell in cells):
            continue
        if len(rows) < most:
            rows.append((at + 1, cells[:width]))
        else:
            more += 1
    return {"sheet": sheet.name, "rows": rows, "more": more, "wide": sheet.width}


def main() -> None:
    kind, most, wide, memory = sys.argv[1], *map(int, sys.argv[2:5])
    data = sys.stdin.buffer.read()
    limit(memory)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        uncomputed = formulas(data) if kind == "xlsx" else []
        for at, about in enumerate(book.sheets_metadata[:SHEETS]):
            if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                continue
            cells = uncomputed[at] if at < len(uncomputed) else {}
            line = sheet_line(book.get_sheet_by_name(about.name), most, wide, cells)
            sys.stdout.buffer.write(orjson.dumps(line, default=plain) + b"\n")
            sys.stdout.buffer.flush()
    except python_calamine.PasswordError:
        sys.stdout.buffer.write(b'{"fault": "locked"}\n')
    except BaseException as error:  # a parser's panic is no Exception
        fault = "memory" if isinstance(error, MemoryError) else "damaged"
        sys.stdout.buffer.write(orjson.dumps({"fault": fault}) + b"\n")


if __name__ == "__main__":
    main()
