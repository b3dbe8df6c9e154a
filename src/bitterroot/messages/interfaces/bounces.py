"""What mail servers send back: delivery reports (RFC 3464), one or an mbox of them, or a list as CSV."""

import csv
import email
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

MOST_BYTES = 5_000_000
MOST = 5_000  # addresses in one file
_OURS = re.compile(r"<?([0-9a-f]{40})@")
_ADDRESS = re.compile(r"[^\s<>,;\"']+@[^\s<>,;\"']+")


class BouncesUnreadable(Exception):
    """The file is neither a delivery report nor a list of addresses. The sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """One address that mail came back from. `message` is the left part of our Message-ID, if any.

    `report`: a mail server seems to say it, and not a list of one's own; anybody can write such.
    """

    address: str
    reason: str
    message: str = ""
    report: bool = False


def read_bounces(data: bytes) -> list[Bounce]:
    """Failures in the file, each address once a message; delays are passed over.

    Raises BouncesUnreadable.
    """
    if len(data) > MOST_BYTES:
        raise BouncesUnreadable(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        reports = [each for part in _messages(data) if (each := _report(part)) is not None]
        found = [bounce for report in reports for bounce in report]
        found = found if reports else list(_rows(data))
    except (csv.Error, RecursionError):
        raise BouncesUnreadable("This is no report of a mail server and no list.") from None
    if not reports and not found:
        raise BouncesUnreadable(
            "This is neither a delivery report nor a list with an e-mail address in each row."
        )
    unique = list(dict.fromkeys(found))
    if len(unique) > MOST:
        raise BouncesUnreadable(f"A file can name {MOST:,} addresses at most.")
    return unique


def _messages(data: bytes) -> Iterator[Message]:
    """The message, or those of an mbox."""
    for part in re.split(rb"(?m)^From [^\n]*\n", data):
        if part.strip():
            yield email.message_from_bytes(part)


def _report(message: Message) -> list[Bounce] | None:
    """The failures of a delivery report; None where the message is none."""
    status = next((p for p in message.walk() if _is(p, "message/delivery-status")), None)
    if status is None:
        return None
    groups = status.get_payload()
    if not isinstance(groups, list):
        return []
    ours = _our_message(message)
    found = []
    for group in groups:
        if not isinstance(group, Message) or "failed" not in str(group.get("Action", "")).lower():
            continue
        said = str(group.get("Original-Recipient") or group.get("Final-Recipient") or "")
        address = _ADDRESS.search(said.partition(";")[2] or said)
        if address:
            code = str(group.get("Diagnostic-Code") or group.get("Status") or "refused")
            reason = " ".join(code.partition(";")[2].split() or code.split())[:300]
            found.append(Bounce(address[0].lower(), reason, ours, report=True))
    return found


def _our_message(message: Message) -> str:
    """Our Message-ID in the mail that came back, or in its headers."""
    for part in message.walk():
        if _is(part, "message/rfc822"):
            inner = part.get_payload()
            if isinstance(inner, list) and isinstance(inner[0], Message):
                return _id_in(str(inner[0].get("Message-ID", "")))
        if _is(part, "text/rfc822-headers"):
            raw = part.get_payload(decode=True)
            if isinstance(raw, bytes):
                return _id_in(str(email.message_from_bytes(raw).get("Message-ID", "")))
    return ""


def _id_in(text: str) -> str:
    found = _OURS.search(text)
    return found[1] if found else ""


def _is(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind


def _rows(data: bytes) -> Iterator[Bounce]:
    """Rows of a CSV whose first cell with an @ is an address; what follows it is the reason."""
    text = data.decode("utf-8-sig", errors="replace")
    if "\x00" in text:
        return
    for row in csv.reader(io.StringIO(text)):
        cells = [cell.strip() for cell in row]
        at = next((n for n, cell in enumerate(cells) if _ADDRESS.fullmatch(cell)), None)
        if at is not None:
            reason = " ".join(cell for cell in cells[at + 1 :] if cell)[:300]
            yield Bounce(cells[at].lower(), reason or "It came back.")
