# The pages' own logic under Streamlit's AppTest: who sees which, what they hold, what they say.
from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from apps.studio.accounts import AccountReader
from apps.studio.background import check_new_labels
from apps.studio.ledger import Act, Deed, read_act
from apps.studio.model_shelf import ModelShelf
from apps.studio.pages.accounts import change, held_rows, row_of, unlocked
from apps.studio.pages.agreement import (
    UNDEFINED,
    agreement_table,
    check_row,
    checks_line,
    totals_row,
)
from apps.studio.pages.playtest_charts import SHOW_TRUST, measured_of
from apps.studio.playtest import error_figures, suspect_rows
from apps.studio.session import attempt
from apps.studio.studio import Studio, hold, running_studio
from db import Store
from db.labeling_records import CheckedLabel, CheckTotals
from gap_core.dataset.build_config import BuildConfig
from gap_core.dataset.building import build_dataset
from gap_core.dataset.places import dataset_place
from gap_core.labeling import Account, LabelEntry, Workbench
from gap_core.labeling.agreement import AgreementReport
from gap_core.play import Rules, utc_now
from gap_core.play.doubts import DoubtedPlayer
from gap_core.play.facilitating import SuspectedBot
from gap_core.scoring.interval import Interval
from gap_core.scoring.shares import share_of
from models.base import LanguageModel, VisionModel
from models.errors import ModelError
from models.measured import AS_TOLD, MeasuredErrors, write_measured
from tests.fixtures_dataset import made_sample
from tests.fixtures_labeling import PASSWORD
from tests.fixtures_models import ScriptedModel
from tests.fixtures_play import SECRET, Table, fill_deck
from tests.fixtures_studio import mark_wrong, workbench_of

SHELL = Path(__file__).parents[1] / "apps" / "studio" / "pages" / "shell.py"
Open = Callable[..., AppTest]


def no_model(_name: str) -> LanguageModel:
    raise ModelError("none")


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest makes the page the main module, which spawned processes of later tests would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill_deck(tmp_path / "gap.db", tmp_path, tainted=1, untainted=12)
    return tmp_path


@pytest.fixture
def bench(folder: Path) -> Iterator[Workbench]:
    bench = workbench_of(folder)
    shelf = ModelShelf(load_refiner=no_model, load_answerer=lambda _name: ScriptedModel())
    hold(Studio(bench, folder / "gap.db", folder, "test", SECRET, "", shelf))
    yield bench


@pytest.fixture
def visit(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page as somebody with this role, or with no account."""

    def open_page(role: str | None, path: str = "") -> AppTest:
        account: Account | None = None
        if role is not None:
            account = bench.create_account(f"Somebody, {role}", PASSWORD, role)  # type: ignore[arg-type]
        monkeypatch.setattr(AccountReader, "behind", lambda _self, _cookie: account)
        test = AppTest.from_file(str(SHELL), default_timeout=60)
        test.run()
        if path:
            test.switch_page(path)
            test.run()
        return test

    return open_page


def titles(test: AppTest) -> list[str]:
    return [title.value for title in test.title]


def html(test: AppTest) -> str:
    return " ".join(element.proto.body for element in test.get("html"))


def test_without_a_cookie_nothing_but_the_way_to_sign_in(visit: Open) -> None:
    test = visit(None)
    assert not test.exception and titles(test) == []
    assert "You are signed out" in html(test)


PAGES = [
    "playtest", "deck", "agreement", "adjudicate", "accounts", "dataset", "train", "evaluate",
    "synthesis",
    "adapters", "covers",
]  # fmt: skip


@pytest.mark.parametrize("show", PAGES)
def test_every_page_asks_for_the_role_itself(visit: Open, show: str) -> None:
    visit("labeler")
    page = page_past_the_navigation(show)
    assert not page.exception and titles(page) == []
    assert "This page is for" in html(page) and "your role is labeler" in html(page)


def page_past_the_navigation(show: str) -> AppTest:
    page = AppTest.from_string(f"from apps.studio.pages import {show}\n{show}.show()")
    return page.run(timeout=60)


@pytest.mark.parametrize(
    "show",
    ["Playtest", "Deck", "Agreement", "Dataset", "Train", "Evaluate", "Synthesis", "Adapters"],
)
def test_a_reviewer_opens_the_page(visit: Open, show: str) -> None:
    visit("reviewer")
    page = page_past_the_navigation(show.lower())
    assert not page.exception and titles(page) == [show]


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


def test_the_recipe_that_is_run_is_shown_with_what_was_chosen(visit: Open, folder: Path) -> None:
    sample = made_sample("s1", image_id="name:1.jpg")
    config = BuildConfig(validation_share=0)
    build_dataset([sample], dataset_place(folder, "first"), data_dir=folder, config=config)
    visit("reviewer")
    page = page_past_the_navigation("train")
    assert not page.exception and "model: pocket" in page.code[0].value
    (recipe,) = [one for one in page.selectbox if one.label == "Recipe"]
    recipe.select("minicpm_qlora").run()
    assert not page.exception and "quantize: nf4" in page.code[0].value
    (rank,) = [one for one in page.number_input if one.label == "Rank"]
    rank.set_value(8).run()
    assert "rank: 8" in page.code[0].value and "model: minicpm-v" in page.code[0].value
    (further,) = [one for one in page.text_area if one.label == "Further settings"]
    further.set_value("pacience: 3").run()
    (start,) = [one for one in page.button if one.label == "Start"]
    assert start.disabled and not page.code  # it stays where it was, grey


def test_a_dataset_built_meanwhile_does_not_take_the_shown_ones_place(
    visit: Open, folder: Path
) -> None:
    def build(name: str) -> None:
        config = BuildConfig(validation_share=0)
        place = dataset_place(folder, name)
        build_dataset(
            [made_sample("s1", image_id="name:1.jpg")], place, data_dir=folder, config=config
        )

    build("first")
    visit("reviewer")
    page = page_past_the_navigation("train")
    build("another")
    page.run()

    (shown,) = [one for one in page.selectbox if one.label == "Dataset"]
    assert set(shown.options) == {"another", "first"} and shown.value == "first"
    assert "dataset: first" in page.code[0].value


def test_an_own_new_password_is_taken(visit: Open, bench: Workbench) -> None:
    visit("labeler")
    page = page_past_the_navigation("me")
    for field, words in zip(
        page.text_input, (PASSWORD, "another four words", "another four words"), strict=True
    ):
        field.input(words)
    page.button[0].click().run()
    assert '<a href="/sign-in">Sign in again</a>' in html(page)
    assert bench.check_password("Somebody, labeler", "another four words") is not None


@pytest.mark.parametrize(
    ("old", "again", "told"),
    [("not it", "another four words", "old password is not right"), (PASSWORD, "other", "differ")],
)
def test_a_new_password_that_can_not_be_taken_is_told(
    visit: Open, bench: Workbench, old: str, again: str, told: str
) -> None:
    visit("labeler")
    page = page_past_the_navigation("me")
    for field, words in zip(page.text_input, (old, "another four words", again), strict=True):
        field.input(words)
    page.button[0].click().run()
    assert told in html(page)
    assert bench.check_password("Somebody, labeler", PASSWORD) is not None


def test_an_administrator_adds_somebody(visit: Open, bench: Workbench) -> None:
    visit("administrator")
    page = page_past_the_navigation("accounts")
    page.text_input[0].input("Zoe")
    page.selectbox[0].select("reviewer")
    page.button[0].click().run()
    assert "Zoe (reviewer) signs in with: " in html(page)
    assert [(known.name, known.role) for known in bench.accounts()][-1] == ("Zoe", "reviewer")


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("administrator", "has the role administrator now"),
        ("disable", "Disabled"),
        ("password", "signs in with: "),
    ],
)
def test_an_account_is_changed_as_asked(bench: Workbench, does: str, said: str) -> None:
    admin = bench.create_account("Noor", PASSWORD, "administrator")
    ada = bench.create_account("Ada", PASSWORD)
    assert said in change(bench, Act(does, ada.id), by=admin.id)
    now = next(known for known in bench.accounts() if known.id == ada.id)
    assert now.sign_in_number > ada.sign_in_number or now.is_disabled


def test_an_administrator_does_nothing_to_themselves_here(bench: Workbench) -> None:
    admin = bench.create_account("Noor", PASSWORD, "administrator")
    assert row_of(admin, own_id=admin.id).does == ()
    assert "disable" in row_of(admin, own_id="somebody else").does


def test_an_open_question_is_unlocked_once(bench: Workbench, folder: Path) -> None:
    mark_wrong(folder, [("How many?", "One.")])
    admin = bench.create_account("Noor", PASSWORD, "administrator")
    item = bench.next_item(bench.create_account("Ada", PASSWORD).id)
    assert item is not None
    act = Act("unlock", str(item.id))
    assert "is free again" in unlocked(bench, act, by=admin.id)
    assert "Nobody has it open" in unlocked(bench, act, by=admin.id)


def test_a_lock_that_is_over_is_not_listed(bench: Workbench, folder: Path) -> None:
    mark_wrong(folder, [("How many?", "One.")])
    admin = bench.create_account("Noor", PASSWORD, "administrator")
    assert bench.next_item(bench.create_account("Grace", PASSWORD).id) is not None
    assert [row.cells[1] for row in held_rows(bench.held_items(admin.id))] == ["Grace"]
    with Store.open(folder / "gap.db") as store:
        store.connection.rows(
            "UPDATE label_items SET leased_until_utc = '2001-01-01T00:00:00.000000Z' "
            "WHERE leased_by IS NOT NULL"
        )
    assert len(bench.held_items(admin.id)) == 1 and held_rows(bench.held_items(admin.id)) == []


@pytest.mark.parametrize("words", [None, [], {"does": "dance"}, {"id": "x"}])
def test_what_a_table_does_not_offer_is_no_act(words: object) -> None:
    assert read_act(words, deeds={"end": Deed("End")}) is None


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


def test_an_administrator_reads_why_nothing_is_refined(visit: Open) -> None:
    visit("administrator")
    running_studio().shelf.refine_trouble = "The weights at '<b>/srv</b>' are missing."
    page = page_past_the_navigation("accounts")
    assert "refined: The weights at &#x27;&lt;b&gt;/srv&lt;/b&gt;&#x27; are missing." in html(page)


def test_why_checking_waits_is_told(visit: Open) -> None:
    visit("reviewer")
    running_studio().shelf.check_trouble = "The weights <b>are missing</b>."
    page = page_past_the_navigation("agreement")
    assert "Checking waits: The weights &lt;b&gt;are missing&lt;/b&gt;." in html(page)


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


def test_a_press_of_somebody_who_is_out_by_now_does_nothing(
    visit: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit("reviewer")
    pressed: list[str] = []
    monkeypatch.setattr(AccountReader, "behind", lambda _self, _cookie: None)
    attempt("place", lambda: pressed.append("step") or "done")
    assert pressed == []
