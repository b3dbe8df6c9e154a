"""A letter becomes a mail: plain text from its template, whose first line is the subject."""

from collections.abc import Mapping, Sequence
from secrets import token_hex

from django.template import Template

from bitterroot.governance import policies
from bitterroot.messages.domain.choices import not_before, wanted
from bitterroot.messages.domain.letter import Letter
from bitterroot.messages.domain.secrets import holds_link
from bitterroot.messages.groups import ONE_TIME
from bitterroot.messages.models import LetterRule, Mail, MailChoices, MailState
from bitterroot.messages.wording import filled, ready, template_of
from bitterroot.record import clock
from bitterroot.record.models import Event

#: Stands for the receiver's name until it is put in; no text that anybody wrote can hold it.
_NAME = f"\ue000{token_hex(16)}\ue000"


def in_force() -> dict[str, LetterRule]:
    """What the office laid down for letters, by the letter's name. One query."""
    return {rule.letter: rule for rule in LetterRule.objects.select_related("text")}


class Said:
    """The texts of one round of letters: words that several people read are made once.

    Letters share their words where they share their `context`, as those of one `to_people` do.
    What is kept must not outlive the round, in which nothing that letters mention may change.
    """

    def __init__(self) -> None:
        self._texts: dict[tuple[str, int], tuple[Letter, str, str]] = {}

    def of(self, letter: Letter, own: tuple[Template, Template] | None) -> tuple[str, str]:
        """Subject and body with `_NAME` in the place of the receiver's name."""
        key = (letter.template, id(letter.context))
        if key not in self._texts:  # the letter is kept with them, so that no other has its id
            self._texts[key] = (letter, *_filled(letter, own))
        return self._texts[key][1:]


def render(
    letter: Letter, own: tuple[Template, Template] | None = None, said: Said | None = None
) -> tuple[str, str]:
    """Subject and body, in the office's words where it has some, else as shipped.

    Nothing is escaped: this is text, not HTML; a subject is one line.
    """
    texts = _filled(letter, own) if said is None else said.of(letter, own)
    subject, body = (text.replace(_NAME, letter.to_name) for text in texts)
    if (asked := _later(letter)) and asked.lower() not in f"{subject} {body}".lower():
        subject = f"{subject.strip()} ({asked.lower()})"
        if "begins" not in letter.context:  # else its words say by themselves what is asked
            greeting, gap, rest = body.strip().partition("\n\n")
            body = f"{greeting}\n\n{asked}.\n\n{rest}" if gap else f"{asked}.\n\n{greeting}"
    if absence := letter.context.get("away"):
        until = f"{absence.ends_on.day} {absence.ends_on:%B %Y}"
        body = f"For {absence.person}, who is away until {until}.\n\n{body.strip()}"
    return " ".join(subject.split())[:200], body.strip() + "\n"


def _filled(letter: Letter, own: tuple[Template, Template] | None) -> tuple[str, str]:
    words = {"institution": policies.current().institution, **letter.context, "name": _NAME}
    if own is not None:
        subject, body = (filled(template, words) for template in own)
    else:
        subject, _, body = filled(template_of(letter.template), words).partition("\n")
    return subject, body


def _later(letter: Letter) -> str:
    """“End of a program”, where it is about what is asked of a program that is there already.

    Its title is the program's own: whoever is to sign or reads “approved” would take it for that.
    """
    about = letter.context.get("proposal") or letter.context.get("case")
    process = getattr(about, "process", "")
    found = policies.current().processes.get(process)
    return found.title if found is not None and found.begins in ("change", "termination") else ""


def key_of(letter: Letter, about: str) -> str:
    """What makes a mail one of a kind: its template, what it is about, who gets it."""
    receiver = str(letter.person.pk) if letter.person else letter.to_address.lower()
    return f"{letter.template}:{about}:{receiver}"[:200]


def known(keys: Sequence[str]) -> set[str]:
    """Those of the keys under which a mail is written already."""
    found: set[str] = set()
    for n in range(0, len(keys), 500):
        found |= set(Mail.objects.filter(key__in=keys[n : n + 500]).values_list("key", flat=True))
    return found


def _about(event: Event) -> str:
    """The chain by which the mail is found again; of a badge that many share, the badge itself."""
    return event.about if event.about.startswith("award:") else event.stream


def written(
    letter: Letter,
    *,
    about: str,
    event: Event | None,
    choices: MailChoices | None = None,
    rules: Mapping[str, LetterRule] | None = None,
    said: Said | None = None,
    stream: str = "",
) -> Mail:
    """The mail of a letter, not yet saved; `choices` are its receiver's, `rules` are `in_force()`,
    `said` what letters of the same round share.

    Raises what its template raises. Where the office's words use a name that a newer release does
    not know, the shipped ones go out: the letters' page says so.
    """
    rule = (in_force() if rules is None else rules).get(letter.template)
    text = rule.text if rule else None
    own = ready(letter.template, text.subject, text.body) if text else None
    subject, body = render(letter, own, said)
    open_to_office = letter.template not in ONE_TIME and not holds_link(body)
    draft = rule is not None and rule.read_first and open_to_office
    state = MailState.DRAFT if draft else MailState.QUEUED
    if not wanted(letter, choices):
        state = MailState.KEPT  # they read it here, and get no mail
    return Mail(
        key=key_of(letter, about),
        event=event,
        template=letter.template,
        person=letter.person,
        to_name=letter.to_name,
        to_address=letter.to_address,
        subject=subject,
        body=body,
        attachment_name=letter.attachment_name,
        attachment=letter.attachment,
        state=state,
        wording=text if own else None,
        stream=_about(event) if event else stream,
        created_at=clock.now(),
        not_before=not_before(letter, choices),
    )
