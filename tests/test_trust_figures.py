# What experts found of marked answers, held against posteriors: worked by hand, and from the store.
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from db import Store
from db.checked_store import Finding
from gap_core.labeling import LabelEntry
from gap_core.play.trust_figures import posteriors_by_session, trust_figures
from tests.fixtures_labeling import PASSWORD
from tests.fixtures_play import START
from tests.fixtures_studio import mark_wrong, workbench_of


def found(player: str, wrong: bool, joint: float, paper: float | None = None) -> Finding:
    return Finding(player, wrong, joint, joint, paper)


def test_calibration_and_roc_are_those_worked_by_hand() -> None:
    findings = [found("a", True, 0.9), found("a", False, 0.8), found("b", True, 0.85, paper=1.0)]
    figures = trust_figures(findings)
    joint = figures.calibration[figures.calibration.estimator == "joint"]

    assert (figures.found.hits, figures.found.n) == (2, 3)
    assert list(joint.predicted) == [pytest.approx(0.85)] and list(joint.n) == [3]
    assert list(joint.observed) == [pytest.approx(2 / 3)]
    assert figures.auc["joint"].mean == 1.0  # both wrong answers stand above the right one
    assert set(figures.calibration.estimator) == {"joint", "smoothed", "paper"}
    assert "paper" not in figures.auc  # one finding of it: no curve


def test_many_findings_are_put_in_bins_of_twenty() -> None:
    figures = trust_figures([found("a", n % 2 == 0, n / 40) for n in range(40)])
    assert list(figures.calibration[figures.calibration.estimator == "joint"].n) == [20] * 2


def test_without_findings_there_is_nothing_to_draw() -> None:
    figures = trust_figures([])
    assert figures.calibration.empty and figures.roc.empty and figures.found.n == 0


def test_a_finding_keeps_the_posterior_that_the_expert_saw(tmp_path: Path) -> None:
    mark_wrong(tmp_path, [("How many?", "One.")])
    bench = workbench_of(tmp_path)
    bench.rules = replace(bench.rules, second_share=0.0)
    ada = bench.create_account("Ada", PASSWORD).id
    item = bench.next_item(ada)
    assert item is not None and item.posterior is not None
    bench.submit(item.id, ada, LabelEntry("model_right"), key="k")
    bench.refresh_queue()
    with Store.open(tmp_path / "gap.db") as store:
        (finding,) = store.checked.findings()
    assert (finding.model_was_wrong, finding.joint) == (False, item.posterior.mean)


def test_posteriors_are_those_at_the_end_of_each_session(tmp_path: Path) -> None:
    mark_wrong(tmp_path, [("How many?", "One."), ("How big?", "Small.")])
    with Store.open(tmp_path / "gap.db") as store:
        players = store.playtest.players(since=START)
        table = posteriors_by_session(store, players)
        (last,) = store.connection.rows("SELECT joint FROM posteriors ORDER BY id DESC LIMIT 1")
        (model,) = store.playtest.models(since=START)

    assert list(table.sessions) == [1] and list(table["mean"]) == [last["joint"]]
    assert table.low[0] <= table["mean"][0] <= table.high[0]
    assert model.name == "scripted"
