"""Pages that people rely on, in versions: the procedures and the badge FAQ."""

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.people.actor import Actor
from bitterroot.people.errors import Answer, NotPossible
from bitterroot.proposals.models import Page, Proposal
from bitterroot.proposals.rules import EDITABLE, is_office
from bitterroot.record import clock
from bitterroot.record.canonical import digest
from bitterroot.record.domain.events import record_event

MOST_TITLE, MOST_TEXT = 200, 100_000  # characters


@transaction.atomic
def publish_page(
    *, by: Actor, key: str, title: str, markdown: str, based_on: int | None = None
) -> Page:
    """Publish a new version. Proposals keep the version that they attested.

    `based_on` is the version that the text was written on. Raises NotPossible where a newer one
    has been published meanwhile, and for a blank or too long title or text. The same text again
    is no new version.
    """
    answer = Answer(True, capacity="system") if by.person is None else is_office(by).require()
    title, markdown = title.strip(), markdown.replace("\r\n", "\n").strip() + "\n"
    _require_sound(title, markdown)
    last = Page.objects.select_for_update().filter(key=key).order_by("-n").first()
    if based_on is not None and (last is None or last.n != based_on):
        raise NotPossible(
            "A newer version was published meanwhile. Compare with it before you publish."
        )
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


def _require_sound(title: str, markdown: str) -> None:
    problems = []
    if not title or len(title) > MOST_TITLE:
        problems.append(("title", f"Write a title of at most {MOST_TITLE} characters."))
    if not markdown.strip() or len(markdown) > MOST_TEXT:
        problems.append(("markdown", f"Write a text of at most {MOST_TEXT:,} characters."))
    if problems:
        raise NotPossible("The page is not complete.", problems)


def attest_anew(key: str) -> list[Proposal]:
    """Proposals whose authors attested a version and must attest the next one before they send.

    Those that are on their way already keep the version that they attested, unless they come back.
    """
    if key != "procedures":
        return []
    found = Proposal.objects.filter(state__in=EDITABLE, procedures__isnull=False)
    return list(found.select_related("lead", "procedures").order_by("title"))


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
