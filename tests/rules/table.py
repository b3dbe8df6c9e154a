"""Tables of permissions: read from text, compared with what the rules answer."""

from collections.abc import Callable, Mapping, Sequence

from bitterroot.people.actor import Actor
from bitterroot.people.actor import person as acting
from bitterroot.people.models import Person

Acts = Mapping[str, Callable[[Actor], object]]
ACT = 26  # characters of the column that names the act


def rows_of(table: str) -> dict[str, list[str]]:
    """The cells of each act, under a line of headings."""
    lines = table.strip("\n").splitlines()[1:]
    return {line[:ACT].strip(): line[ACT:].split() for line in lines}


def wrong_answers(
    rows: Mapping[str, Sequence[str]],
    order: Sequence[str],
    who: Mapping[str, Person],
    acts: Acts,
) -> list[str]:
    """Each cell that the rules answer otherwise; `order` names the columns. The table and the
    cast must speak of the same people and acts."""
    assert (sorted(who), sorted(acts)) == (sorted(order), sorted(rows))
    said = {
        act: ["X" if asks(acting(who[key])) else "·" for key in order] for act, asks in acts.items()
    }
    return [
        f"{act}: {key} {said[act][n]} (table: {cells[n]})"
        for act, cells in rows.items()
        for n, key in enumerate(order)
        if said[act][n] != cells[n]
    ]


def silent_refusals(person: Person, acts: Acts) -> list[str]:
    """Acts that the rules refuse this person without a reason."""
    answers = {act: asks(acting(person)) for act, asks in acts.items()}
    return [act for act, answer in answers.items() if not answer and not getattr(answer, "why", "")]
