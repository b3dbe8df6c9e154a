"""Pages that people rely on, in versions: the procedures and the badge FAQ."""

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.people.actor import Actor
from bitterroot.people.errors import Answer
from bitterroot.proposals.models import Page
from bitterroot.proposals.rules import is_office
from bitterroot.record import clock
from bitterroot.record.canonical import digest
from bitterroot.record.domain.events import record_event


@transaction.atomic
def publish_page(*, by: Actor, key: str, title: str, markdown: str) -> Page:
    """Publish a new version. Proposals keep the version that they attested."""
    answer = Answer(True, capacity="system") if by.person is None else is_office(by).require()
    last = Page.objects.filter(key=key).order_by("-n").first()
    sha256 = digest([title, markdown])
    if last is not None and last.sha256 == sha256:
        return last
    page = Page.objects.create(
        key=key,
        n=last.n + 1 if last else 1,
        title=title,
        markdown=markdown,
        sha256=sha256,
        published_at=clock.now(),
    )
    about = f"page:{key}:{page.n}"
    record_event(
        by=by,
        stream=f"page:{key}",
        verb="page published",
        about=about,
        capacity=answer.capacity,
        seal=sha256,
        tell=False,
    )
    return page


def adopt_pages(*, by: Actor) -> None:
    """Publish the pages that the policy ships, where no version of ours exists yet."""
    names = {"procedures": "procedures", "badge-faq": "faq"}
    for page in policies.current().pages.values():
        key = names.get(page.key, page.key)
        if not Page.objects.filter(key=key).exists():
            publish_page(by=by, key=key, title=page.title, markdown=page.body)


def current_page(key: str) -> Page | None:
    """The version in force."""
    return Page.objects.filter(key=key).order_by("-n").first()
