"""The institution that docs/institution.md writes, as files."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "institution.md"
#: A paragraph that begins with a file's name, or the block that says what stands in it.
_NAME_OR_BLOCK = re.compile(
    r"\n\n`([a-z/-]+\.(?:yaml|md))`|```(?:yaml|markdown)\n(.*?)```", re.DOTALL
)


def write_guide(folder: Path) -> Path:
    """Write every block of the guide into the file that is named before it; gives the folder."""
    name = ""
    for found in _NAME_OR_BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if found[1]:
            name = found[1]
            continue
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(found[2], encoding="utf-8")
    return folder
