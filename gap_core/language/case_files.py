"""Reads the tables of cases that the readers are measured with. Called by scripts and tests."""

from typing import NamedTuple

from gap_core.language.tables import table_lines

# Of the basic edition's forms, and of those that the full one has besides.
VISITORS = ("forms_visitors", "forms_visitors_full")


class PairCase(NamedTuple):
    """Two answers to a question and whether they state the same; None where it can't be told."""

    expected: bool | None
    question: str
    first: str
    second: str


class ChangeCase(NamedTuple):
    """A rewriting and the kinds of fact that it changed."""

    kinds: frozenset[str]
    question: str
    before: str
    after: str


class ScoredCase(NamedTuple):
    """An answer on a photograph, its reference, and whether it is right."""

    is_right: bool
    question: str
    answer: str
    reference: str


class CategoryCase(NamedTuple):
    """A question as a player types it, and its category."""

    category: str
    question: str


def pair_cases(name: str) -> list[PairCase]:
    """The pairs of a table: "equivalence" or "equivalence_heldout"."""
    meaning = {"same": True, "different": False, "unknown": None}
    return [PairCase(meaning[row[0]], *row[1:]) for row in _rows(name)]


def scored_cases(name: str) -> list[ScoredCase]:
    """The answers of a table: "photo_answers" or "photo_heldout"."""
    return [ScoredCase(verdict == "right", *rest) for verdict, *rest in _rows(name)]


def change_cases() -> list[ChangeCase]:
    """Rewritings with the kinds of fact that each changed."""
    return [
        ChangeCase(frozenset(kinds.split(",")) - {"none"}, *rest)
        for kinds, *rest in _rows("changes")
    ]


def category_cases(name: str) -> list[CategoryCase]:
    """The questions of a table: category_ and then "dev", "spent", "heldout" or "paper"."""
    return [CategoryCase(*row) for row in _rows(name)]


def form_cases(name: str = "forms_heldout") -> list[tuple[str, str]]:
    """Wordings of the pocket world: the form, or colour_of_person, and the wording.

    Args:
        name: "forms_heldout", or one of `VISITORS` for wordings by people who had seen no other.
    """
    return [(form, wording) for form, wording in _rows(name)]


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in table_lines(f"cases/{name}.tsv")]
