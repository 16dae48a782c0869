# The page Playtest: what is counted, who is under suspicion, how far a mark is trusted.
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from apps.studio.model_shelf import ModelShelf
from apps.studio.pages.playtest_charts import SHOW_TRUST, measured_of
from apps.studio.playtest import error_figures, suspect_rows
from apps.studio.studio import Studio, hold
from gap_core.labeling import LabelEntry, Workbench
from gap_core.play import Rules, utc_now
from gap_core.play.doubts import DoubtedPlayer
from gap_core.play.facilitating import SuspectedBot
from models.measured import AS_TOLD, MeasuredErrors, write_measured
from tests.fixtures_labeling import PASSWORD
from tests.fixtures_play import SECRET, Table
from tests.fixtures_studio import mark_wrong
from tests.fixtures_studio_pages import Open, html, page_past_the_navigation


def test_the_playtest_page_counts_what_is_played(visit: Open, folder: Path) -> None:
    rules = Rules(tainted_images=1, untainted_images=9)
    table = Table(folder / "gap.db", folder, clock=utc_now, rules=rules)  # type: ignore[arg-type]
    player = table.started("Ada")
    table.mark(player, table.ask(player), "wrong")
    visit("reviewer")
    page = page_past_the_navigation("playtest")
    figures = {metric.label: metric.value for metric in page.metric}
    assert figures["Players now"] == "1" and figures["Sessions"] == "0 of 1 ended"
    assert figures["Marked Wrong"] == "100% of 1" and figures["Waiting"] == "0"
    assert "No question is selected for labeling yet." in [line.value for line in page.caption]


def test_a_player_under_suspicion_has_every_reason() -> None:
    bot = SuspectedBot("p1", "Ada", ("marked all 20 answers Wrong",))
    doubted = [DoubtedPlayer("p1", "Ada", 2, 3, 9.0), DoubtedPlayer("p2", "Ben", 1, 1, 8.0)]
    rows = suspect_rows([bot], doubted)
    assert [row.cells[0] for row in rows] == ["Ada", "Ben"]
    assert "since session 2 of 3" in rows[0].cells[1]
    assert rows[0].cells[1].endswith("; marked all 20 answers Wrong")


def test_trust_in_wrong_is_worked_out_when_asked(
    visit: Open, bench: Workbench, folder: Path
) -> None:
    mark_wrong(folder, [("How many?", "One."), ("How many now?", "Two.")])
    bench.rules = replace(bench.rules, second_share=0.0)
    ada = bench.create_account("Ada", PASSWORD).id
    for number, entry in enumerate(
        (LabelEntry("answer", "Five.", "Counting"), LabelEntry("model_right"))
    ):
        item = bench.next_item(ada)
        assert item is not None
        bench.submit(item.id, ada, entry, key=f"k{number}")
    visit("reviewer")
    page = page_past_the_navigation("playtest")
    charts = len(page.get("vega_lite_chart"))
    (toggle,) = [one for one in page.toggle if one.label == SHOW_TRUST]
    toggle.set_value(True).run()
    assert len(page.get("vega_lite_chart")) == charts + 2  # nobody played within the last day
    assert any("0.500 [0.095, 0.905] n=2" in caption.value for caption in page.caption)


def test_figures_of_a_servers_model_are_those_of_its_address(
    bench: Workbench, folder: Path
) -> None:
    name, measured = "server:http://127.0.0.1:8000/v1#small", MeasuredErrors(0.02, 0.1, 500)
    write_measured(name, measured, data_dir=folder)
    shelf = ModelShelf(answerer=name)
    studio = Studio(bench, folder / "gap.db", folder, "test", SECRET, "", shelf)
    assert measured_of(studio, "small") == measured
    assert measured_of(studio, "other") == AS_TOLD


def test_epsilon_and_delta_come_with_n() -> None:
    figures = error_figures(MeasuredErrors(0.02, 0.1, 500), model="pocket")
    assert [figure.words for figure in figures] == [
        "0.020 [0.011, 0.036] n=500", "0.100 [0.077, 0.129] n=500",
    ]  # fmt: skip
    assert "not measured" in error_figures(MeasuredErrors(0, 0, 0), model="m")[0].words


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        (MeasuredErrors(0.02, 0.1, 500), "is right in 10.0% of answers that it was told to get"),
        (MeasuredErrors(0.2, 0.1, 500), "is wrong in 20.0% of honest answers on traps"),
        (MeasuredErrors(0.05, 0.01, 500), ""),
        (AS_TOLD, "Nobody measured how often"),
    ],
)
def test_a_model_that_does_not_do_as_told_is_shown(
    visit: Open, bench: Workbench, folder: Path, measured: MeasuredErrors, told: str
) -> None:
    name = "server:http://127.0.0.1:8000/v1#small"
    if measured.measured_on:
        write_measured(name, measured, data_dir=folder)
    shelf = ModelShelf(answerer=name)
    hold(Studio(bench, folder / "gap.db", folder, "test", SECRET, "", shelf))
    visit("reviewer")
    shown = html(page_past_the_navigation("playtest"))
    assert told in shown and ("measure_traps" in shown) == bool(told)
