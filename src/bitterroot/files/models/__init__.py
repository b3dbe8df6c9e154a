"""Files by content: one row and one file on disk per SHA-256."""

from django.db import models


class StoredFile(models.Model):
    """The bytes live at FILES_ROOT/aa/bb/<sha256>; names and purposes live with who uses them."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()  # bytes
    media_type = models.CharField(max_length=100)  # found from the content, not from the name
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]
