"""What is no list is refused with a sentence that says why and what to do; nothing falls over."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from lists_kit import LISTS, RULES, delimited, workbook

from bitterroot.learning.interfaces.lists import ListUnreadable, read_list
from bitterroot.learning.interfaces.lists.kinds_of_file import Sizes, kind_of_file


def refused(data: bytes) -> ListUnreadable:
    with pytest.raises(ListUnreadable) as caught:
        read_list(data, "list.xlsx", rules=RULES)
    assert caught.value.message
    return caught.value


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def _far_apart() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "Last name")
    sheet.write(1_000_000, 16_383, "x")
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n  \r\n", "The file is empty."),
        (b"%PDF-1.7 ...", "This is a PDF, not a list."),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "This is a picture (PNG), not a list."),
        (b"MZ\x90\x00" + bytes(100), "This is a program, not a list."),
        (b"<html><table><tr><td>Last name</td></tr></table>", "This is a web page saved under another name, not a list."),
        (b"PK\x03\x04 torn", "The workbook is damaged and cannot be opened."),
        (_zip(a=b"1"), "This is a zip archive, but no workbook."),
        (_zip(**{"word__document.xml": b"<w/>"}), "This is a Word document, not a workbook."),
        (_zip(**{"xl__workbook.xml": b"<workbook/>"}), "The workbook is damaged and cannot be read."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "This is an old Office file, but no workbook."),
        (bytes(range(256)) * 40, "The file is neither a workbook nor text."),
        (b"Last name,First name,E-mail\nDvo\x81\x8d,A,a@b.org\n", "The text is in an encoding that is not known."),
        ("Имя;Фамилия;E-mail\nИван;Петров;i@x.org".encode("cp1251"), "The text is in an encoding that is not known."),
        ("Last name,First name,E-mail\n山田,太郎,a@b.jp\n鈴木,花子,b@b.jp".encode("shift_jis"), "The text is in an encoding that is not known."),
        (b"\xff\xfea\x00\x00\xdcb\x00", "The text says that it is UTF-16-LE, but is not."),
        (workbook([]), "The workbook is empty."),
        (b"Last name,First name,E-mail\n,,\n", "The list has headings but no learners."),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(data: bytes, said: str) -> None:
    assert refused(data).message == said


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_opened() -> None:
    assert refused(bytes([65]) * 50_000_000).message == (
        "The file is too large: 50 MB where at most 10 MB are read."
    )


@pytest.mark.parametrize("write", [delimited, workbook])
def test_two_hundred_thousand_rows_are_refused(write: Callable) -> None:
    line = ["Kipp", "Jack", "jack@mail.example.org"]
    data = write([["Last name", "First name", "E-mail"], *[line] * 200_000])
    data = data if isinstance(data, bytes) else data.encode()
    error = refused(data)
    assert "at most 20,000 are read at once." in error.message
    assert error.hint == "Split it and upload the parts one after another."


def test_a_bomb_that_says_its_size_is_refused() -> None:
    bomb = _zip(**{"xl__workbook.xml": bytes(310_000_000)})
    assert refused(bomb).message == (
        "The workbook would unpack to 310 MB or more, which no list does."
    )


def test_a_bomb_that_hides_its_size_is_refused() -> None:
    bomb = bytearray(_zip(**{"xl__workbook.xml": bytes(60_000_000)}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        where = bomb.index(mark) + at
        bomb[where : where + 4] = struct.pack("<I", 1000)
    with pytest.raises(ListUnreadable, match="would unpack to 60 MB or more"):
        kind_of_file(bytes(bomb), Sizes(20_000_000, 300_000_000))


def test_two_cells_far_apart_do_not_fell_the_server() -> None:
    assert refused(_far_apart()).message == (
        "The workbook asks for more memory than any list needs."
    )


def test_a_torn_workbook_is_refused() -> None:
    whole = (LISTS / "credit-clean.xlsx").read_bytes()
    assert refused(whole[: len(whole) // 2]).hint.startswith("Save it from your spreadsheet")


def test_a_workbook_with_a_broken_part_is_refused() -> None:
    whole = bytearray((LISTS / "credit-clean.xlsx").read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(whole))) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    whole[at + 60 : at + 90] = bytes(30)
    assert "damaged" in refused(bytes(whole)).message


def test_headings_that_are_missing_are_named_beside_those_that_were_found() -> None:
    error = refused_check([["Last name", "First name", "Hours", "Pass/fail", "Shoe size"],
                           ["Kipp", "Jack", 12, "Pass", 44]])  # fmt: skip
    assert error.message == (
        "This non-credit list has no columns for E-mail, Completion date, Consent on file."
    )
    assert error.hint == (
        "Found: “Last name”, “First name”, “Hours”, “Pass/fail”. Not recognized: “Shoe size”. "
        "Add or rename the columns, or use the template."
    )


def refused_check(rows: list[list[object]]) -> ListUnreadable:
    from lists_kit import DENTAL, check

    with pytest.raises(ListUnreadable) as caught:
        check(workbook(rows), DENTAL)
    return caught.value


def test_wrong_headings_are_shown_back() -> None:
    error = refused(delimited([["Foo", "Bar", "Baz"], ["1", "2", "3"]]).encode())
    assert error.message == (
        "No headings of a tracking list were found; the nearest row says “Foo”, “Bar”, “Baz”."
    )


def test_a_quotation_mark_that_is_never_closed_is_pointed_at() -> None:
    lines = [f"Kipp,Jack,jack{n}@mail.example.org" for n in range(60)]
    lines[3] = 'Kipp,"Jack,jack3@mail.example.org'
    text = "\n".join(["Last name,First name,E-mail", *lines])
    assert "is never closed" in refused(text.encode()).message
