"""A letter becomes a mail: plain text from its template, whose first line is the subject."""

from functools import lru_cache

from django.template import Context, Template, engines
from django.template.backends.django import DjangoTemplates

from bitterroot.governance import policies
from bitterroot.messages.domain.choices import not_before
from bitterroot.messages.domain.letter import Letter
from bitterroot.messages.models import Mail, MailChoices
from bitterroot.record import clock
from bitterroot.record.models import Event


@lru_cache(maxsize=64)
def _template(name: str) -> Template:
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    return engine.engine.get_template(f"messages/{name}.txt")


def render(letter: Letter) -> tuple[str, str]:
    """Subject and body. Nothing is escaped: this is text, not HTML; a subject is one line."""
    words = {"institution": policies.current().institution, **letter.context}
    words["name"] = letter.to_name
    text = _template(letter.template).render(Context(words, autoescape=False))
    subject, _, body = text.partition("\n")
    return " ".join(subject.split())[:200], body.strip() + "\n"


def key_of(letter: Letter, about: str) -> str:
    """What makes a mail one of a kind: its template, what it is about, who gets it."""
    receiver = str(letter.person.pk) if letter.person else letter.to_address.lower()
    return f"{letter.template}:{about}:{receiver}"[:200]


def written(
    letter: Letter, *, about: str, event: Event | None, choices: MailChoices | None = None
) -> Mail:
    """The mail of a letter, not yet saved; `choices` are its receiver's. Raises what its template
    raises."""
    subject, body = render(letter)
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
        created_at=clock.now(),
        not_before=not_before(letter, choices),
    )
