"""Words and phrases that tell a question's category, with their weights. Called by categories.py.

They stand in tables/category_cues.tsv with what the weights mean.
"""

import re
from typing import NamedTuple

from gap_core.language.tables import table_lines


class Cue(NamedTuple):
    """A pattern over the plain question, and what it adds to which category."""

    category: str
    weight: float
    pattern: re.Pattern[str]


def read_cues() -> tuple[Cue, ...]:
    """All cues of the table, its word lists filled in."""
    lists = dict(line.split("\t") for line in table_lines("tables/category_words.tsv"))
    cues: list[Cue] = []
    category = ""
    for line in table_lines("tables/category_cues.tsv"):
        if line.startswith("["):
            category = line.strip("[]")
            continue
        weight, pattern = line.split("\t")
        for name, words in lists.items():
            pattern = pattern.replace(f"{{{name}}}", words)
        cues.append(Cue(category, float(weight), re.compile(pattern)))
    return tuple(cues)
