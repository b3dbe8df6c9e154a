"""The letters as an office tends them: how each is worded now, by whom, and what it can mention."""

from dataclasses import dataclass

from django.db.models import QuerySet

from bitterroot.governance import policies
from bitterroot.messages import wording
from bitterroot.messages.domain.writing import in_force
from bitterroot.messages.groups import GROUP_OF, ONE_TIME, OPTIONAL
from bitterroot.messages.models import LetterRule, LetterText
from bitterroot.messages.notices import NOTICES, Notice

#: The group of `notices.py` whose letters tell of pilots.
PILOTS = "Pilots"

_LABELS = {group.key: group.label for group in OPTIONAL}


@dataclass(frozen=True, slots=True)
class Worded:
    """A letter and its words. `broken`: the office's words name what this release does not know."""

    notice: Notice
    subject: str
    body: str
    text: LetterText | None
    broken: bool
    read_first: bool
    one_time: bool
    off: str  # the group under which people switch it off; empty: they cannot


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a letter's text may use: what it becomes in the example, and whether it must."""

    name: str
    example: str
    is_part: bool
    needed: bool
    shipped: bool  # the shipped text uses it


def worded(letter: str, rules: dict[str, LetterRule] | None = None) -> Worded:
    """One letter as it goes out now. Raises KeyError where there is no such letter."""
    notice = NOTICES[letter]
    rule = (in_force() if rules is None else rules).get(letter)
    text = rule.text if rule else None
    known = wording.shipped(letter)
    broken = text is not None and wording.ready(letter, text.subject, text.body) is None
    source = known if text is None else text
    return Worded(
        notice=notice,
        subject=source.subject,
        body=source.body,
        text=text,
        broken=broken,
        read_first=bool(rule and rule.read_first),
        one_time=letter in ONE_TIME,
        off=_LABELS.get(GROUP_OF.get(letter, ""), ""),
    )


def is_of_use(group: str) -> bool:
    """Whether letters of the group are ever written here: some are of pilots, which not all have."""
    return group != PILOTS or policies.current().has_pilots


def all_worded() -> list[tuple[str, list[Worded]]]:
    """All letters by group, as people read them. One query."""
    rules = in_force()
    found: dict[str, list[Worded]] = {}
    for notice in NOTICES.values():
        if is_of_use(notice.group):
            found.setdefault(notice.group, []).append(worded(notice.letter, rules))
    return list(found.items())


def names_of(letter: str) -> list[Name]:
    """Every name that this letter knows: those of the shipped text first."""
    known = wording.shipped(letter)
    used = set(wording.NAME.findall(f"{known.subject}\n{known.body}"))
    needed = {name for names in known.needed.values() for name in names}
    return [
        Name(
            piece.name,
            wording.example(letter, f"{{{piece.name}}}").strip("\n"),
            piece.is_part,
            piece.name in needed,
            piece.name in used,
        )
        for piece in known.pieces.values()
    ]


def versions(letter: str) -> QuerySet[LetterText]:
    """The office's versions, newest first."""
    return LetterText.objects.filter(letter=letter).select_related("written_by")


def preview(letter: str, subject: str, body: str) -> tuple[str, str]:
    """Subject and body with example data. Raises KeyError for a name that it does not know."""
    return (
        " ".join(wording.example(letter, subject).split())[:200],
        wording.example(letter, body).strip() + "\n",
    )
