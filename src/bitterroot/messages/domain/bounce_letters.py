"""Whom it is told that a mail came back: the requester of a badge and the office."""

from typing import Any

from bitterroot.issuing.models import Award
from bitterroot.messages.domain.letter import Letter, to_people
from bitterroot.messages.models import Mail
from bitterroot.messages.notices import TO_LEARNERS
from bitterroot.people.enums import Role
from bitterroot.people.queries import holders
from bitterroot.record.models import Event


def bounced(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """Of a learner's badge also to who asked for it; never with the text or the link."""
    mail = Mail.objects.select_related("person").get(pk=key)
    told = [
        person
        for person in holders(Role.PROGRAM_OFFICER)
        if person.pk != mail.person_id and f"person:{person.pk}" != event.actor
    ]
    kind, _, pk = mail.stream.partition(":")
    award = None
    if kind == "award":
        award = (
            Award.objects.select_related("template", "request__requested_by").filter(pk=pk).first()
        )
    if award is not None:
        told = [award.request.requested_by, *told]
    return to_people(
        told,
        "mail_bounced",
        mail=mail,
        to_learner=mail.template in TO_LEARNERS,  # logs of mails show subjects
        award=award,
        reason=mail.last_error,
        elsewhere=data["elsewhere"],
    )


BOUNCE_MAKERS = {"mail bounced": bounced}
