"""What restored badges need of their keys, also of those that were restored before this table."""

from datetime import datetime

import django.db.models.deletion
from django.db import migrations, models

from bitterroot.openbadges import status, verify
from bitterroot.openbadges.proofs import proofs_of


def note_restored(apps, schema_editor):
    """A row for each badge and copy that stands in a kept file. Doubt leaves it alive."""
    kept = apps.get_model("issuing", "KeptFile").objects
    badges = apps.get_model("issuing", "KeptBadge").objects
    lists = apps.get_model("issuing", "StatusList").objects
    known = set(apps.get_model("issuing", "SigningKey").objects.values_list("pk", flat=True))
    marks = {f"/status/{n}": bytes(bits) for n, bits in lists.filter(purpose="revocation").values_list("n", "bits")}  # fmt: skip
    found = kept.filter(path__regex=r"^(site|private)/credentials/[^/]+\.json$|^private/copies/")
    for file in found.iterator(chunk_size=100):
        document, token = verify.read(bytes(file.body))
        proof = proofs_of(document)[-1] if token is None else {}
        method = proof.get("verificationMethod") or (token.header.get("kid", "") if token else "")
        key = str(method).partition("#")[2]
        if key not in known:
            continue
        copy = file.path.startswith("private/copies/")
        until = document.get("validUntil")
        badges.create(
            file=file,
            key_id=key,
            public_id=file.path.split("/")[2].removesuffix(".json"),
            signed_at=datetime.fromisoformat(proof.get("created") or document["validFrom"]),
            valid_until=datetime.fromisoformat(until) if until else None,
            revoked=any(_marked(entry, marks) for entry in status.entries_of(document)),
            is_copy=copy,
        )


def _marked(entry, marks):
    _, address, index = status.read_entry(entry)
    data = next((bits for end, bits in marks.items() if address.endswith(end)), b"")
    return index < len(data) * 8 and bool(data[index >> 3] & (0x80 >> (index & 7)))


class Migration(migrations.Migration):
    dependencies = [("issuing", "0005_key_use")]

    operations = [
        migrations.CreateModel(
            name="KeptBadge",
            fields=[
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="badge",
                        serialize=False,
                        to="issuing.keptfile",
                    ),
                ),
                ("public_id", models.CharField(db_index=True, max_length=32)),
                ("signed_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField(blank=True, null=True)),
                ("revoked", models.BooleanField(default=False)),
                ("is_copy", models.BooleanField(default=False)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuing.signingkey",
                    ),
                ),
            ],
        ),
        migrations.RunPython(note_restored, migrations.RunPython.noop),
    ]
