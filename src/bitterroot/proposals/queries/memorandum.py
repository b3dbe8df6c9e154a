"""The document of an agreement: what it says in words, as it is printed and signed."""

from collections.abc import Iterator
from typing import Any

import orjson

from bitterroot.governance import policies
from bitterroot.governance.in_words import Grid, answers, names_for
from bitterroot.people.errors import NotPossible
from bitterroot.proposals.enums import MouState
from bitterroot.proposals.interfaces.memorandum import memorandum_pdf
from bitterroot.proposals.models import Mou, MouVersion
from bitterroot.proposals.queries.agreements import parties_of, programs_of
from bitterroot.proposals.queries.process import agreement_form
from bitterroot.record.canonical import canonical
from bitterroot.record.in_words import day

#: Printed in a place of their own: at the top, or as the lines to sign on.
ELSEWHERE = ("title", "programs", "signatories")
DRAFT = "Draft, not for signature"
MOST = 400_000  # bytes of a draft that is set; several times what the form lets be sent


def last_version(mou: Mou) -> MouVersion | None:
    """The version that went out last; None where none has, or where it was sent before they were kept."""
    return mou.versions.order_by("n").last()


def content_of(mou: Mou) -> dict[str, Any]:
    """What the document says of the agreement as it stands: plain values, to freeze and to print.

    `title`, `kind`, `issuer`, `office`; `parties` and `programs` (names); `parts` of title and rows,
    each row with label and either text or a table; `signatures` (party, name, title); `officers`, the
    parties as they were named, which tell whom to write to.
    """
    policy, form = policies.of(mou.proposal.case), agreement_form(mou.proposal)
    values = {key: value for key, value in mou.values.items() if key not in ELSEWHERE}
    return {
        "title": str(mou),
        "kind": form.title,
        "issuer": policy.institution.name,
        "office": policy.institution.program_office.name,
        "parties": parties_of(mou),
        "programs": programs_of(mou),
        "parts": [
            {"title": title, "rows": [_row(label, answer) for label, answer in rows]}
            for title, rows in answers(form, values, names_for(policy, values))
        ],
        "signatures": list(_signatures(mou)),
        "officers": mou.values.get("parties") or [],
    }


def _row(label: str, answer: str) -> dict[str, Any]:
    table = isinstance(answer, Grid)
    return {
        "label": label,
        "text": "" if table else str(answer),
        "headings": answer.headings if isinstance(answer, Grid) else [],
        "lines": answer.lines if isinstance(answer, Grid) else [],
    }


def _signatures(mou: Mou) -> Iterator[dict[str, str]]:
    """Who signs: as it names its signatories, and the officer of each party that has none there."""
    named = mou.values.get("signatories") or []
    for each in named:
        yield {key: str(each.get(key) or "") for key in ("party", "name", "title")}
    there = {str(each.get("party") or "").strip().casefold() for each in named}
    for party in mou.values.get("parties") or []:
        name = str(party.get("legal_name") or "")
        if name.strip().casefold() not in there:
            yield {
                "party": name,
                "name": str(party.get("officer") or ""),
                "title": str(party.get("officer_title") or ""),
            }


def parties_at(version: MouVersion) -> list[dict[str, str]]:
    """The parties of what went out, each with legal name, officer, title and address."""
    found: list[dict[str, str]] = orjson.loads(version.content)["officers"]
    return found


def document_of(mou: Mou) -> bytes:
    """The PDF of an agreement as it stands; before it is sent it says that it is a draft.

    Raises NotPossible for a draft that is far too long to be sent: drafts hold whatever was typed,
    and to set megabytes takes the memory of the whole process.
    """
    draft, content = mou.state == MouState.DRAFT, content_of(mou)
    if draft and len(canonical(content)) > MOST:
        raise NotPossible("It is far too long for a document. Shorten its answers first.")
    return memorandum_pdf(content, facts=[DRAFT] if draft else [], mark=DRAFT if draft else "")


def document_of_version(version: MouVersion) -> bytes:
    """The PDF of what went out to the parties, whatever became of the agreement since."""
    facts = [f"Version {version.n} of {day(version.sent_at)}, SHA-256 {version.sha256}"]
    if version.sign_by:
        facts.append(f"To be signed by {day(version.sign_by)}")
    content = orjson.loads(version.content)
    return memorandum_pdf(content, facts=facts, mark=f"Version {version.n}")
