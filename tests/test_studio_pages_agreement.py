# The page Agreement: how labelers agree, and what checking with the model told.
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from apps.studio.background import check_new_labels
from apps.studio.model_shelf import ModelShelf
from apps.studio.pages.agreement import (
    UNDEFINED,
    agreement_table,
    check_row,
    checks_line,
    totals_row,
)
from apps.studio.studio import Studio, running_studio
from db.labeling_records import CheckedLabel, CheckTotals
from gap_core.labeling import LabelEntry, Workbench
from gap_core.labeling.agreement import AgreementReport
from gap_core.scoring.interval import Interval
from gap_core.scoring.shares import share_of
from models.base import VisionModel
from tests.fixtures_labeling import PASSWORD
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import SECRET
from tests.fixtures_studio import mark_wrong
from tests.fixtures_studio_pages import Open, html, page_past_the_navigation


def test_agreement_is_told_with_interval_and_n() -> None:
    alpha, share = Interval(0.81, 0.7, 0.9), share_of(9, 10)
    table = agreement_table(AgreementReport(12, 8, alpha, None, share, 1))
    assert list(table["value"]) == ["0.81", UNDEFINED, "90%"]
    assert list(table["95% interval"]) == ["0.70 to 0.90", "", "60% to 98%"]
    assert list(table["n"]) == [12, 11, 10]


def test_checks_are_told_by_model_with_interval() -> None:
    rows = [
        totals_row(CheckTotals("pocket", "", 12, 9, 2)),
        totals_row(CheckTotals("m", "a1", 3, 0, 3)),
    ]
    assert [row.cells for row in rows] == [
        ("pocket", "12", "0.900 [0.596, 0.982] n=10", "2"),
        ("m with a1", "3", "not measured, n=0", "3"),
    ]


@pytest.mark.parametrize(
    ("wrong", "untold", "informative", "told"),
    [
        (2, 1, True, ("2 of 4", "informative")),
        (0, 0, False, ("0 of 5", "not informative")),
        (0, 5, None, ("–", "can't be told")),
    ],
)
def test_a_checked_label_shows_how_often_the_model_was_wrong(
    wrong: int, untold: int, informative: bool | None, told: tuple[str, str]
) -> None:
    found = CheckedLabel("i1", "How many?", "Two.", "pocket", "", 5, wrong, untold, informative)
    assert check_row(found).cells[3:5] == told


def test_accepted_labels_are_checked_with_the_model_once(bench: Workbench, folder: Path) -> None:
    mark_wrong(folder, [("How many?", "One.")])
    model = ScriptedModel(default="There are three dogs.")
    loaded: list[str] = []

    def load(name: str) -> VisionModel:
        loaded.append(name)
        return model

    shelf = ModelShelf(load_answerer=load)
    studio = Studio(bench, folder / "gap.db", folder, "test", SECRET, "", shelf)
    assert check_new_labels(studio, lambda: True) == 0 and loaded == []
    ada = bench.create_account("Ada", PASSWORD).id
    item = bench.next_item(ada)
    assert item is not None
    bench.rules = replace(bench.rules, second_share=0.0)
    bench.submit(item.id, ada, LabelEntry("answer", "There are two dogs.", "Counting"), key="k")
    assert [check_new_labels(studio, lambda: True) for _ in range(2)] == [1, 0]
    (totals,) = bench.check_totals()
    assert (totals.model, totals.checked, totals.informative) == ("scripted", 1, 1)
    (latest,) = bench.latest_checks()
    assert (latest.question, latest.answer) == ("How many?", "There are two dogs.")
    assert (latest.wrong, latest.times, latest.is_informative) == (5, 5, True)
    assert checks_line(studio).startswith("1 accepted answers")


def test_why_checking_waits_is_told(visit: Open) -> None:
    visit("reviewer")
    running_studio().shelf.check_trouble = "The weights <b>are missing</b>."
    page = page_past_the_navigation("agreement")
    assert "Checking waits: The weights &lt;b&gt;are missing&lt;/b&gt;." in html(page)
