# Which questions experts get, in which order, and why they may get none.
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gap_core.errors import GapError
from gap_core.labeling import LabelEntry, LabelRules
from gap_core.play.posteriors import refit_population
from gap_core.play.selecting import selected_questions
from gap_core.scoring.rates import ModelErrors
from tests.fixtures_labeling import Desk, right
from tests.fixtures_play import START, Table


def waiting_turns(desk: Desk) -> set[str]:
    return {row["turn_id"] for row in desk.rows("SELECT * FROM label_items WHERE state='waiting'")}


@pytest.mark.parametrize("theta", [0.0, 0.35, 0.5, 1.0])
@pytest.mark.parametrize("by", ["estimate", "lower_bound"])
def test_queue_serves_what_the_game_selects(desk: Desk, theta: float, by: str) -> None:
    with desk.store() as store:
        selected = selected_questions(store, theta=theta, by=by)  # type: ignore[arg-type]
    desk.restarted(theta=theta, selected_by=by).refresh_queue()
    assert waiting_turns(desk) == {question.turn_id for question in selected}
    (counted,) = desk.rows("SELECT count(*) AS n FROM label_items")
    with desk.store() as store:
        assert counted["n"] == len(store.scores.marked_questions())


@pytest.mark.parametrize("estimator", ["paper", "smoothed", "shift_corrected"])
def test_other_estimators_may_select(desk: Desk, estimator: str) -> None:
    with desk.store() as store:
        selected = selected_questions(store, theta=0.6, estimator=estimator)  # type: ignore[arg-type]
    desk.restarted(theta=0.6, estimator=estimator).refresh_queue()
    assert waiting_turns(desk) == {question.turn_id for question in selected}


def test_new_population_moves_the_posteriors(desk: Desk) -> None:
    before = desk.rows("SELECT player_id, posterior FROM label_items ORDER BY id")
    with desk.store() as store:
        refit_population(store, errors=ModelErrors(), now=START)
        selected = {q.turn_id: q.posterior.mean for q in selected_questions(store, theta=0.0)}
    assert desk.bench.refresh_queue().rescored == len({row["player_id"] for row in before})
    rows = desk.rows("SELECT * FROM label_items ORDER BY id")
    assert [row["posterior"] for row in rows] != [row["posterior"] for row in before]
    assert {row["turn_id"]: row["posterior"] for row in rows} == pytest.approx(selected)


def test_filling_twice_changes_nothing(desk: Desk) -> None:
    before = [tuple(row) for row in desk.rows("SELECT * FROM label_items")]
    assert desk.bench.refresh_queue() == (0, 0)
    assert [tuple(row) for row in desk.rows("SELECT * FROM label_items")] == before


def test_marks_of_running_games_enter_as_they_come(table: Table) -> None:
    table.rules = replace(table.rules, wrong_rate=1.0)
    desk = Desk(table.db_path, clock=table.clock)
    ada = desk.person("Ada")
    assert desk.bench.next_item(ada) is None
    player_id = table.join("good")
    for expected in (5, 10):
        table.game.start_session(player_id)
        for _ in range(10):
            table.mark(player_id, table.ask(player_id), "wrong")
        assert desk.bench.refresh_queue().added == 5
        assert len(desk.rows("SELECT * FROM label_items")) == expected
    posteriors = {row["posterior"] for row in desk.rows("SELECT posterior FROM label_items")}
    assert len(posteriors) == 1
    assert desk.bench.next_item(ada) is not None


def test_empty_queue_is_filled_when_somebody_asks(table: Table) -> None:
    player_id = table.started()
    for _ in range(10):
        table.mark(player_id, table.ask(player_id), "wrong")
    desk = Desk(table.db_path)
    assert desk.bench.next_item(desk.person("Ada")) is not None


def test_player_without_a_trap_verdict_is_doubted(table: Table) -> None:
    table.rules = replace(table.rules, tainted_images=0)
    player_id = table.started()
    table.mark(player_id, table.ask(player_id), "wrong")
    desk = Desk(table.db_path)
    desk.bench.refresh_queue()
    (row,) = desk.rows("SELECT * FROM label_items")
    assert (row["state"], row["posterior"]) == ("doubted", None)


def test_item_shows_picture_question_answer_and_posterior(desk: Desk, ada: str) -> None:
    item = desk.next(ada)
    (row,) = desk.rows(
        f"""SELECT * FROM label_items JOIN turns ON turns.id = turn_id
        JOIN rounds ON rounds.id = round_id WHERE label_items.id = {item.id}"""
    )
    assert (item.question, item.answer) == (row["question"], row["answer"])
    assert item.image_id == row["image_id"]
    assert item.image_path == desk.db_path.parent / Path("images") / item.image_path.name
    assert item.posterior is not None and item.posterior.mean == row["posterior"]
    assert (item.model, item.adapter, item.draft) == ("pocket", None, None)


def served(desk: Desk, account_id: str, **how: object) -> list[int]:
    ids = []
    while (item := desk.bench.next_item(account_id, **how)) is not None:  # type: ignore[arg-type]
        ids.append(item.id)
        desk.submit(item.id, account_id, LabelEntry("unclear"))
    return ids


@pytest.mark.parametrize(
    ("order", "column"), [("posterior", "posterior DESC, id"), ("age", "marked_utc, id")]
)
def test_whole_queue_comes_in_its_order(desk: Desk, ada: str, order: str, column: str) -> None:
    expected = [row["id"] for row in desk.rows(f"SELECT id FROM label_items ORDER BY {column}")]
    assert len(expected) > 20
    assert served(desk, ada, order=order) == expected


def suggest(desk: Desk, *categories: str) -> None:
    """Give the items these categories in turns."""
    with desk.store() as store, store.transaction():
        for (item_id,) in store.connection.rows("SELECT id FROM label_items"):
            store.connection.rows(
                "UPDATE label_items SET category = :category WHERE id = :id",
                {"id": item_id, "category": categories[item_id % len(categories)]},
            )


def test_rarest_accepted_category_comes_first(desk: Desk, ada: str) -> None:
    suggest(desk, "Counting", "Text Recognition")
    seen = []
    for _ in range(6):
        item = desk.next(ada, order="category")
        seen.append(item.category)
        desk.submit(item.id, ada, right(category=str(item.category)))
    assert seen == ["Counting", "Text Recognition"] * 3
    assert desk.bench.categories()["Counting"] == desk.bench.categories()["Text Recognition"] == 3


def test_only_the_category_asked_for_is_served(desk: Desk, ada: str) -> None:
    suggest(desk, "Counting", "Text Recognition", "Counting")
    expected = {row["id"] for row in desk.rows("SELECT id FROM label_items") if row["id"] % 3 == 1}
    assert set(served(desk, ada, category="Text Recognition")) == expected


def test_unknown_order_or_category_is_refused(desk: Desk, ada: str) -> None:
    with pytest.raises(GapError, match="no order 'luck'"):
        desk.bench.next_item(ada, order="luck")  # type: ignore[arg-type]
    with pytest.raises(GapError, match="no category 'Cats'"):
        desk.bench.next_item(ada, category="Cats")


def test_counts_add_up_to_the_queue(desk: Desk, ada: str, ben: str) -> None:
    (total,) = desk.rows("SELECT count(*) AS n FROM label_items")
    desk.label(ada)
    desk.next(ben)
    counts = desk.bench.queue_counts(ada)
    assert (counts.done, counts.labeled, counts.with_others, counts.reason) == (1, 1, 1, "")
    assert counts.servable == total["n"] - 2


def test_reasons_say_why_nothing_is_served(desk: Desk, ada: str, ben: str) -> None:
    held = desk.next(ben)
    served(desk, ada)
    assert "Open with other labelers right now: 1;" in desk.bench.queue_counts(ada).reason
    desk.submit(held.id, ben)
    assert "Everything that can be labeled is labeled" in desk.bench.queue_counts(ada).reason


def test_reason_names_the_threshold(desk: Desk, ada: str) -> None:
    bench = desk.restarted(theta=1.0)
    bench.refresh_queue()
    assert bench.next_item(ada) is None
    counts = bench.queue_counts(ada)
    assert counts.doubted > 20 and "not above 1 yet" in counts.reason


def test_reason_for_an_empty_game(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "empty.db")
    counts = desk.bench.queue_counts(desk.person("Ada"))
    assert counts.servable == 0 and "Nobody has marked" in counts.reason


def test_claims_read_an_index_and_sort_nothing(desk: Desk) -> None:
    from db.queue_store import CHOICES, OF_CATEGORY, OF_CATEGORY_BY_AGE

    parameters = {"account_id": "a", "now_utc": "b", "longest_utc": "c", "category": "d"}
    with desk.store() as store:
        for sql in (CHOICES["posterior"], CHOICES["age"], OF_CATEGORY):
            rows = store.connection.rows(f"EXPLAIN QUERY PLAN {sql}", parameters)
            plan = " ".join(row["detail"] for row in rows)
            assert "USING INDEX label_items_open_by" in plan, plan
            assert "TEMP B-TREE" not in plan, plan
        rows = store.connection.rows(f"EXPLAIN QUERY PLAN {OF_CATEGORY_BY_AGE}", parameters)
        assert any("label_items_open_by" in row["detail"] for row in rows)


def test_rules_that_contradict_themselves_are_refused() -> None:
    for wrong in ({"theta": 1.5}, {"lease_s": 0.0}, {"note_max_chars": -1}):
        with pytest.raises(ValueError, match="theta|lease_s|below 0"):
            LabelRules(**wrong)  # type: ignore[arg-type]
