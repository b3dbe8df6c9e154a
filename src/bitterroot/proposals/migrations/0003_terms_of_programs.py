"""Programs that are there already get the words by which they are like others."""

from itertools import islice

from django.db import migrations

from bitterroot.programs.domain.likeness import terms_of

AT_ONCE = 500


def fill(apps, schema_editor):
    """Of an offered program the newest version says the skills, of a proposed one its proposal."""
    Program = apps.get_model("programs", "Program")
    Version = apps.get_model("programs", "ProgramVersion")
    Proposal = apps.get_model("proposals", "Proposal")
    Term = apps.get_model("programs", "ProgramTerm")
    titles = iter(Program.objects.order_by("pk").values_list("pk", "title"))
    while those := dict(islice(titles, AT_ONCE)):
        proposals = Proposal.objects.filter(program__in=those).order_by("created_at")
        skills = dict(proposals.values_list("program", "values__skills"))
        versions = Version.objects.filter(program__in=those).order_by("n")
        skills |= dict(versions.values_list("program", "content__skills"))
        Term.objects.bulk_create(
            Term(program_id=pk, term=term)
            for pk, title in those.items()
            for term in sorted(terms_of(title, skills.get(pk)))
        )


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0003_terms'),
        ('proposals', '0002_by_state'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
