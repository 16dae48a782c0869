# Evaluations in the studio: started with what the script takes, held against each other afterwards.
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from math import isnan, nan
from pathlib import Path

import numpy as np
import pytest

from apps.studio import evaluations
from apps.studio.evaluations import Wanted
from apps.studio.studio import Studio
from db import Store
from db.evaluation_records import AnsweredBy, EvaluationRecord, JudgedBy, KeptScore
from gap_core.errors import GapError
from gap_core.evaluation.evaluating import keep_report
from gap_core.evaluation.items import Answered, Item
from gap_core.evaluation.kept import Compared, agreement_in, compare_kept
from gap_core.evaluation.report import Evaluation, report_of
from tests.fixtures_play import SECRET, START
from tests.fixtures_studio import Started, workbench_of
from tests.test_adapter_registry import day, made_record  # noqa: F401 (a fixture)
from tests.test_studio_adapters import ADA, report
from tests.test_studio_training import ROOT_ACCOUNT

BASE = AnsweredBy("pocket", "w", "fp32", "", "1")
TAUGHT = replace(BASE, adapter="day_adapter 12ab")
RIGHT = ["There are two dogs.", "The bus is red.", "It is raining.", "There are two cats."]
WRONG = ["There are three dogs.", "The bus is blue.", "It is raining.", "Nobody knows."]
ITEMS = [
    Item(f"{n:064x}", f"images/{n}.png", question, right, category)
    for n, (question, right, category) in enumerate(
        zip(
            ["How many dogs?", "What colour is the bus?", "What is the weather?", "How many cats?"],
            RIGHT,
            ["Counting", "Object Attributes", "Weather and Environment", "Counting"],
            strict=True,
        )
    )
]
WANTED = Wanted("random", "day", True, "first", "validation", ("factual", "choice"))


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(workbench_of(tmp_path), tmp_path / "gap.db", tmp_path, "test", SECRET)


def record(number: int, by: AnsweredBy, **given: object) -> EvaluationRecord:
    made = EvaluationRecord(number, by, "first", "validation", {"items": 4, **report(0.5)}, START)
    return replace(made, **given)


def keep(store: Store, by: AnsweredBy, answers: list[str]) -> None:
    for item, answer in zip(ITEMS, answers, strict=False):
        store.evaluations.add_answer(
            by, image_id=item.image_id, question=item.question, answer=answer, latency_s=0.1,
            answered=datetime.now(UTC),
        )  # fmt: skip


def compared(store: Store) -> Compared:
    return compare_kept(store, record(1, BASE), record(2, TAUGHT), ITEMS)


def test_two_evaluations_are_held_against_each_other_without_a_model(store: Store) -> None:
    keep(store, BASE, WRONG)
    keep(store, TAUGHT, RIGHT)
    found = compared(store)
    assert (found.answered, found.asked, list(found.differences)) == (4, 4, ["factual"])
    every = found.differences["factual"]["all"]
    assert every.n == found.before.report.figures["factual"]["all"].n
    assert every.difference is not None and every.difference > 0.4
    best = found.side_by_side("factual")[0]
    assert (best.item.question, best.before, best.after) == ("How many dogs?", WRONG[0], RIGHT[0])
    rows = evaluations.figure_rows(
        found.before.report.figures["factual"],
        found.after.report.figures["factual"],
        found.differences["factual"],
    )
    assert rows[0].cells[0] == "all" and "n=" in rows[0].cells[1] and "p=" in rows[0].cells[3]


def test_only_questions_that_both_answered_are_compared(store: Store) -> None:
    keep(store, BASE, WRONG[:2])
    with pytest.raises(GapError, match="Evaluate both again"):
        compared(store)
    keep(store, TAUGHT, RIGHT)
    assert (compared(store).answered, compared(store).asked) == (2, 4)


def judge(store: Store, version: str, given: dict[str, float | None]) -> None:
    """Keep what a model that judges gave each of these answers, to whichever item."""
    for item in ITEMS:
        for answer, score in given.items():
            store.evaluations.add_score(
                JudgedBy("jury", version), question=item.question, reference=item.reference,
                answer=answer, kept=KeptScore(score, ("",)), scored=datetime.now(UTC),
            )  # fmt: skip


def judged(number: int, by: AnsweredBy, *judges: str) -> EvaluationRecord:
    figure = report(0.5)["figures"]["factual"]  # type: ignore[index]
    return record(number, by, report={"items": 4, "figures": dict.fromkeys(judges, figure)})


def test_a_model_that_judged_both_is_compared_by_the_version_that_scored_both(
    store: Store,
) -> None:
    keep(store, BASE, WRONG)
    keep(store, TAUGHT, RIGHT)
    judge(store, "old", dict.fromkeys(WRONG, 0.25) | dict.fromkeys(RIGHT, 0.75))
    judge(store, "new", dict.fromkeys(RIGHT, 1.0))  # has seen one side alone: no comparison
    both = judged(1, BASE, "factual", "jury"), judged(2, TAUGHT, "factual", "jury")
    found = compare_kept(store, *both, ITEMS)
    assert list(found.differences) == ["factual", "jury"]
    # What both said of the weather is one answer, with one score.
    assert found.before.scores["jury"].tolist() == [0.25, 0.25, 0.75, 0.25]
    every, counting = (found.differences["jury"][name] for name in ("all", "Counting"))
    assert (every.difference, every.n, counting.difference) == (0.375, 4, 0.5)
    best = found.side_by_side("jury")[0]
    assert (best.before, best.after, best.change) == (WRONG[0], RIGHT[0], 0.5)
    alone = compare_kept(store, judged(1, BASE, "factual"), both[1], ITEMS)
    assert list(alone.differences) == ["factual"]


def test_what_a_model_could_not_score_plays_no_part(store: Store) -> None:
    keep(store, BASE, WRONG)
    keep(store, TAUGHT, RIGHT)
    judge(store, "new", dict.fromkeys(RIGHT, 1.0) | {WRONG[0]: None})
    found = compare_kept(store, judged(1, BASE, "jury"), judged(2, TAUGHT, "jury"), ITEMS)
    assert (found.differences["jury"]["all"].n, found.differences["jury"]["all"].difference) == (
        1, 0.0,
    )  # fmt: skip
    assert [isnan(one.change) for one in found.side_by_side("jury")] == [True, True, False, True]


def test_judges_agreement_with_each_other_is_read_back(store: Store) -> None:
    answered = [Answered(item, answer) for item, answer in zip(ITEMS, RIGHT, strict=True)]
    scores = {"factual": np.array([1.0, 0, 1, 0]), "jury": np.array([1.0, 0, 0.5, nan])}
    kept_report = report_of(TAUGHT, answered, scores)
    number = keep_report(
        store, Evaluation(kept_report, answered, scores), dataset="first", side="validation"
    )
    (kept,) = store.evaluations.reports()
    assert agreement_in(kept) == kept_report.agreement and kept.id == number
    (row,) = evaluations.agreement_rows([record(9, BASE), kept])
    assert row.cells[1] == "factual and jury" and row.cells[3:] == ("0.167", "3", "3")
    assert kept_report.agreement is not None and kept_report.agreement.pairs[0].alpha is not None
    assert row.cells[2].startswith(f"{kept_report.agreement.pairs[0].alpha.mean:.3f} [")


def test_answers_are_sorted_out_by_how_they_changed(store: Store) -> None:
    keep(store, BASE, [RIGHT[0], WRONG[1], RIGHT[2], "Nobody knows."])
    keep(store, TAUGHT, [WRONG[0], RIGHT[1], RIGHT[2], "Nobody knows."])
    rows = compared(store).side_by_side("factual")
    told = {
        kind: [row.item.question for row in evaluations.of_kind(rows, kind)]
        for kind in evaluations.KINDS_OF_CHANGE
    }
    assert (told["better"], told["worse"]) == (["What colour is the bus?"], ["How many dogs?"])
    assert "What is the weather?" in told["the same"] and len(told["all"]) == 4
    unscored = [row for row in rows if isnan(row.change)]
    assert all(evaluations.answer_row(row).cells[4] in ("–", "0.00") for row in unscored)
    row = evaluations.answer_row(next(one for one in rows if one.change < 0))
    assert row.cells[1:] == ("How many dogs?", RIGHT[0], RIGHT[0], "1.00", WRONG[0], row.cells[6])


def test_a_rival_is_of_the_same_questions_the_model_alone_first() -> None:
    mine = record(5, TAUGHT)
    others = [mine, record(4, BASE), record(3, TAUGHT), record(2, BASE, side="train")]
    assert [one.id for one in evaluations.rivals_of(mine, others)] == [4, 3]
    assert evaluations.who_words(TAUGHT) == "pocket with day"
    assert evaluations.evaluation_row(mine).cells[1:] == (
        "pocket with day", "first", "validation", "4", "factual 0.500 [0.400, 0.600] n=40",
    )  # fmt: skip


def test_the_script_understands_what_the_page_starts(
    studio: Studio,
    day: Path,  # noqa: F811
    started: Started,
) -> None:
    with Store.open(studio.db_path) as store:
        store.adapters.add(made_record("day", day), image_ids=[])
    evaluations.start_evaluation(studio, WANTED, by=ROOT_ACCOUNT)
    given = started.understood()
    assert (given["model"], given["adapter"], given["against"]) == ("random", day, "base")
    assert given["judge"] == ("factual", "choice")
    evaluations.start_evaluation(
        studio, WANTED._replace(adapter=None, side="train"), by=ROOT_ACCOUNT
    )
    given = started.understood()
    assert (given["adapter"], given["against"], given["side"]) == (None, None, "train")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "'random' is none of"),
        ({"model": "pocket"}, "was trained on 'random', not on 'pocket'"),
        ({"model": "pocket", "adapter": None, "judges": ()}, "Nobody would judge"),
        ({"model": "pocket", "judges": ("server:http://10.0.0.1#x",)}, "is none of factual"),
        ({"model": "pocket", "adapter": None, "dataset": "../x"}, "can't be a name"),
    ],
)
def test_what_can_not_be_evaluated_is_told_at_once(
    studio: Studio,
    day: Path,  # noqa: F811
    started: Started,
    changed: dict[str, object],
    told: str,
) -> None:
    with Store.open(studio.db_path) as store:
        store.adapters.add(made_record("day", day), image_ids=[])
    with pytest.raises(GapError, match=told):
        evaluations.start_evaluation(studio, WANTED._replace(**changed), by=ADA)
    assert started.commands == []
