"""Forms of offerings and tracking lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms

from bitterroot.learning.domain.offering import first_approved_on
from bitterroot.people.models import Person
from bitterroot.policy import Policy
from bitterroot.policy.models.calendar import Term
from bitterroot.programs.models import Program
from bitterroot.programs.queries.versions import newest_version
from bitterroot.record import clock


class _PeopleField(forms.ModelMultipleChoiceField):
    """People to tick; the name to sign in with tells two of one name apart."""

    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.display_name} ({obj.netid})" if obj.netid else obj.display_name


class OfferingForm(forms.Form):
    """A run of a program in a term; days left blank are the term's own."""

    term = forms.ChoiceField(label="Term")
    session = forms.CharField(
        label="Session",
        max_length=120,
        required=False,
        help_text="If the program runs more than once in the term, such as “Section 2”.",
    )
    starts_on = forms.DateField(
        label="First day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Blank: the first day of the term.",
    )
    ends_on = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Blank: the last day of the term. Nobody can complete it outside these days.",
    )
    modality = forms.ChoiceField(
        label="Modality",
        required=False,
        choices=[("", "As the program says"), ("online", "Online"), ("onsite", "On site"), ("blended", "Blended")],
    )  # fmt: skip
    instructors = _PeopleField(
        label="Instructors",
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="They track the learners and send the tracking list.",
        error_messages={"required": "Choose who teaches it."},
    )

    def __init__(
        self, *args: Any, program: Program, policy: Policy, people: Iterable[UUID], **kwargs: Any
    ) -> None:
        """`people` may be chosen as instructors: those who usually teach it, and who was found."""
        super().__init__(*args, **kwargs)
        today, approved = clock.today(), first_approved_on(program)
        earliest = max(today - timedelta(days=400), approved or date.min)
        terms = [t for t in policy.calendar.terms if t.finals_end >= earliest]
        self.fields["term"].choices = [(t.key, t.label) for t in terms[:9]]  # type: ignore[attr-defined]
        running = policy.calendar.term_on(today)
        begins = _begins_later(program, terms)
        if begins or running:
            self.fields["term"].initial = begins or (running.key if running else "")
        staff = Person.objects.filter(account__isnull=False, pk__in=people)
        shown = staff.order_by("family_name", "display_name")
        self.fields["instructors"].queryset = shown  # type: ignore[attr-defined]
        self.fields["instructors"].initial = [program.lead_id]


def _begins_later(program: Program, terms: Iterable[Term]) -> str:
    """The term that a program named for its first offering, while that has not begun; else empty."""
    version = newest_version(program)
    key = version.content.get("first_term") if version else None
    named = next((t for t in terms if t.key == key), None)
    return named.key if named and named.start > clock.today() else ""


class UploadForm(forms.Form):
    """The file of a tracking list."""

    file = forms.FileField(
        label="Your list",
        allow_empty_file=True,
        help_text="Excel (.xlsx, .xls), OpenDocument (.ods), CSV or tab-separated text.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.tsv,.txt"}),
        error_messages={"required": "Choose the file that holds your list."},
    )


class RosterForm(forms.Form):
    """One learner, typed onto a roster."""

    given_name = forms.CharField(label="First name", max_length=120, required=False)
    family_name = forms.CharField(label="Last name", max_length=120)
    student_id = forms.CharField(label="Student ID", max_length=40, required=False)
    email = forms.CharField(label="E-mail", max_length=254, required=False)
    consent = forms.BooleanField(
        label="Agreed that a badge is issued and the data kept for it", required=False
    )


class SubmitForm(forms.Form):
    """The requester's word that the list is right."""

    verified_on = forms.DateField(
        label="Requirements verified on",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    note = forms.CharField(
        label="Note to those who issue",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    attest = forms.BooleanField(
        label="I attest that every learner on this list has met all requirements.",
        required=False,
    )
