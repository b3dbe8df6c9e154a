"""What a person wants to be written about, and when."""

from django.db import models

from bitterroot.people.models import Person


class MailChoices(models.Model):
    """A person's choices. `off` holds keys of groups that they do not want.

    Quiet hours are whole hours of the institution's day, from up to and not including until; a
    mail that falls into them waits for their end. Equal hours mean none. `weekends`: Saturday and
    Sunday are quiet as a whole.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="mail_choices")
    off = models.JSONField(default=list)
    quiet_from = models.PositiveSmallIntegerField(default=0)
    quiet_until = models.PositiveSmallIntegerField(default=0)
    weekends = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"mail choices of {self.person}"
