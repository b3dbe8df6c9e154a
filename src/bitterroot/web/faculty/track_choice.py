"""The tracks as they are compared and chosen among."""

from __future__ import annotations

from typing import Any

from bitterroot.policy import Policy


def compared(policy: Policy) -> dict[str, Any]:
    """The tracks beside one another, as a table: headings, and a row for each thing compared."""
    tracks = policy.taxonomy.tracks
    lines = dict.fromkeys(line for track in tracks for line in track.compares)
    return {
        "compared_columns": ["", *(track.label for track in tracks)],
        "compared_rows": [
            [line, *(track.compares.get(line, "") for track in tracks)] for line in lines
        ],
    }


def choices(policy: Policy, chosen: str) -> list[dict[str, Any]]:
    """The tracks as they are chosen among; empty where there is only one."""
    found = policy.taxonomy.tracks
    if len(found) == 1:
        return []
    return [
        {"key": t.key, "label": t.label, "sentence": t.sentence, "chosen": t.key == chosen}
        for t in found
    ]
