"""How often the readers of this folder are right on their tables of cases.

Called by scripts/measure_language.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gap_core.language.case_files import (
    VISITORS,
    category_cases,
    change_cases,
    form_cases,
    pair_cases,
)
from gap_core.language.categories import CATEGORIES, category_of
from gap_core.language.category_words import filled_cases, pocket_cases
from gap_core.language.changes import changed_facts
from gap_core.language.equivalence import are_equivalent
from gap_core.scoring.shares import Share, share_of


@dataclass(frozen=True)
class Tally:
    """The share of cases judged as their table says, and the cases that were not."""

    name: str
    right: Share
    misses: tuple[str, ...]


def measure_categories(table: str) -> dict[str, Tally]:
    """Accuracy on a table of questions: under "all" and under each category that it has.

    "pocket world" stands for the wordings of its forms that the classifier did not learn from; a
    table of `VISITORS` for those wordings, filled with an example.
    """
    if table in VISITORS:
        cases = filled_cases(form_cases(table))
    else:
        cases = pocket_cases(1) if table == "pocket world" else category_cases(table)
    judged = [(case, category_of(case.question).category) for case in cases]
    tallies: dict[str, Tally] = {}
    for name in ("all", *CATEGORIES):
        own = [(case, got) for case, got in judged if name in ("all", case.category)]
        misses = [f"{c.question} -> {got}, not {c.category}" for c, got in own if got != c.category]
        if own:
            tallies[name] = _tally(name, n=len(own), misses=misses)
    return tallies


def measure_first_three(table: str) -> Share:
    """How often a question's category is among the first three, as a labeler is shown them."""
    cases = category_cases(table)
    hits = [
        case.category in [name for name, _ in category_of(case.question).ranked[:3]]
        for case in cases
    ]
    return share_of(sum(hits), len(hits))


def measure_equivalence(table: str) -> Tally:
    """The share of pairs judged same, different or untellable as the table says."""
    cases = pair_cases(table)
    verdicts = [are_equivalent(c.first, c.second, question=c.question) for c in cases]
    misses = [
        f"{case.question} | {case.first} | {case.second} -> {got}, not {case.expected}"
        for case, got in zip(cases, verdicts, strict=True)
        if got is not case.expected
    ]
    return _tally(table, n=len(cases), misses=misses)


def measure_changes() -> tuple[Tally, Tally]:
    """The guard's share of changing rewritings that it stops, and of harmless ones it lets pass."""
    stopped: list[str] = []
    passed: list[str] = []
    cases = change_cases()
    for case in cases:
        kinds = {one.kind for one in changed_facts(case.before, case.after, question=case.question)}
        told = f"{case.before} > {case.after} -> {', '.join(sorted(kinds)) or 'nothing'}"
        if case.kinds and not case.kinds <= kinds:
            stopped.append(told)
        if not case.kinds and kinds:
            passed.append(told)
    changing = sum(bool(case.kinds) for case in cases)
    return (
        _tally("changes found", n=changing, misses=stopped),
        _tally("harmless ones passed", n=len(cases) - changing, misses=passed),
    )


def _tally(name: str, *, n: int, misses: Iterable[str]) -> Tally:
    listed = tuple(misses)
    return Tally(name, share_of(n - len(listed), n), listed)
