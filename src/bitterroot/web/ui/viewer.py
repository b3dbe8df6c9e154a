"""Who looks at a page: a signed-in person, or a learner who came by a link of their own."""

from django.http import HttpRequest

from bitterroot.people.models import Person

SESSION_KEY = "learner"


def viewer(request: HttpRequest) -> Person | None:
    """The person of the account, else of the claim link that opened this session, else None."""
    if request.user.is_authenticated:
        return request.user.person
    key = request.session.get(SESSION_KEY)
    return Person.objects.filter(pk=key).first() if key else None


def remember_learner(request: HttpRequest, learner: Person) -> None:
    """Let this browser look at the learner's own badges until the session ends.

    The session gets a new key, so that one fixed beforehand is worth nothing.
    """
    request.session.cycle_key()
    request.session[SESSION_KEY] = str(learner.pk)


def forget_learner(request: HttpRequest) -> None:
    """End that."""
    request.session.pop(SESSION_KEY, None)
