# Leases, drafts, submitting, skipping and undoing, and what a hostile or unlucky labeler may try.
from __future__ import annotations

import sqlite3

import pytest

from gap_core.errors import GapError
from gap_core.labeling import Draft, LabelEntry
from tests.fixtures_labeling import Desk, right


def test_item_stays_with_its_labeler_and_away_from_others(desk: Desk, ada: str, ben: str) -> None:
    item = desk.next(ada)
    assert desk.next(ben).id != item.id
    assert desk.next(ada).id == item.id


def test_lease_that_ran_out_goes_to_the_next(desk: Desk, ada: str, ben: str) -> None:
    item = desk.next(ada)
    desk.clock.advance(desk.rules.lease_s - 1)
    assert desk.next(ben).id != item.id
    desk.bench.release(desk.next(ben).id, ben)
    desk.clock.advance(2)
    assert desk.next(ben).id == item.id
    assert not desk.bench.heartbeat(item.id, ada)


def test_heartbeat_keeps_the_item(desk: Desk, ada: str, ben: str) -> None:
    item = desk.next(ada)
    for _ in range(5):
        desk.clock.advance(desk.rules.lease_s - 1)
        assert desk.bench.heartbeat(item.id, ada)
    assert desk.next(ben).id != item.id


def test_lease_that_ran_out_and_was_not_taken_still_submits(desk: Desk, ada: str) -> None:
    item = desk.next(ada)
    desk.clock.advance(10 * desk.rules.lease_s)
    assert not desk.submit(item.id, ada).was_repeat


def test_item_taken_by_another_is_refused_and_the_text_kept(desk: Desk, ada: str, ben: str) -> None:
    item = desk.next(ada)
    assert desk.bench.save_draft(item.id, ada, Draft("answer", "Two ca"))
    desk.clock.advance(desk.rules.lease_s + 1)
    assert desk.next(ben).id == item.id
    with pytest.raises(GapError, match="somebody else has it open"):
        desk.submit(item.id, ada)
    assert not desk.bench.save_draft(item.id, ada, Draft("answer", "Two cats"))
    assert desk.bench.draft_of(item.id, ada) == Draft("answer", "Two ca")
    assert desk.bench.draft_of(item.id, ben) is None
    assert not desk.submit(item.id, ben).was_repeat
    with pytest.raises(GapError, match="somebody else has labeled it"):
        desk.submit(item.id, ada)
    assert len(desk.rows("SELECT * FROM labels")) == 1


def test_item_never_opened_can_not_be_labeled(desk: Desk, ada: str) -> None:
    desk.next(ada)
    with pytest.raises(GapError, match="not open with you"):
        desk.submit(30, ada)
    with pytest.raises(GapError, match="no question of this number"):
        desk.submit(10_000, ada)
    assert desk.rows("SELECT * FROM labels") == []


def test_same_key_twice_labels_once(desk: Desk, ada: str) -> None:
    item = desk.next(ada)
    first = desk.bench.submit(item.id, ada, right(), key=item.submission_key)
    again = desk.bench.submit(item.id, ada, right("Four."), key=item.submission_key)
    assert (first.was_repeat, again.was_repeat) == (False, True)
    assert again.label_id == first.label_id
    (label,) = desk.rows("SELECT * FROM labels")
    assert label["answer"] == "Three dogs."


def test_another_key_for_a_labeled_item_is_refused(desk: Desk, ada: str) -> None:
    item = desk.label(ada)
    with pytest.raises(GapError, match="labeled this question already"):
        desk.submit(item.id, ada)


def test_key_of_another_item_is_refused(desk: Desk, ada: str) -> None:
    first = desk.next(ada)
    desk.bench.submit(first.id, ada, right(), key="k")
    with pytest.raises(GapError, match="for another question"):
        desk.bench.submit(desk.next(ada).id, ada, right(), key="k")


@pytest.mark.parametrize("key", ["", "k" * 101])
def test_submission_needs_a_key(desk: Desk, ada: str, key: str) -> None:
    with pytest.raises(GapError, match="no key"):
        desk.bench.submit(desk.next(ada).id, ada, right(), key=key)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (LabelEntry("answer", " \u200b ", "Counting"), "answer is empty"),
        (LabelEntry("answer", "Two."), "category is missing"),
        (LabelEntry("answer", "Two.", "Cats"), "Category 'Cats'"),
        (LabelEntry("answer", "x" * 501, "Counting"), "501 characters"),
        (LabelEntry("unclear", note="x" * 501), "501 characters"),
        (LabelEntry("unclear", "Two."), "Clear the answer"),
        (LabelEntry("maybe"), "Verdict 'maybe'"),  # type: ignore[arg-type]
    ],
)
def test_unfit_entry_is_refused_and_the_item_stays(
    desk: Desk, ada: str, entry: LabelEntry, words: str
) -> None:
    item = desk.next(ada)
    with pytest.raises(GapError, match=words):
        desk.submit(item.id, ada, entry)
    assert desk.bench.heartbeat(item.id, ada)
    assert desk.rows("SELECT * FROM labels") == []


@pytest.mark.parametrize("verdict", ["unanswerable", "unclear", "offensive", "off_topic"])
def test_question_without_an_answer_is_labeled_so(desk: Desk, ada: str, verdict: str) -> None:
    desk.label(ada, LabelEntry(verdict, note="blurred"))  # type: ignore[arg-type]
    (label,) = desk.rows("SELECT * FROM labels")
    assert (label["verdict"], label["answer"], label["note"]) == (verdict, None, "blurred")
    assert sum(desk.bench.categories().values()) == 0


def test_draft_comes_back_after_a_restart(desk: Desk, ada: str) -> None:
    item = desk.next(ada)
    typed = Draft("answer", "Two  ca\nts ${x}", "Counting", "sure?")
    desk.bench.save_draft(item.id, ada, typed)
    again = desk.restarted().next_item(ada)
    assert again is not None and (again.id, again.draft) == (item.id, typed)


def test_draft_is_a_sign_of_life_and_gone_once_submitted(desk: Desk, ada: str, ben: str) -> None:
    item = desk.next(ada)
    desk.clock.advance(desk.rules.lease_s - 1)
    desk.bench.save_draft(item.id, ada, Draft(None, "a\ud800b\x00", "Cats"))
    assert desk.bench.draft_of(item.id, ada) == Draft(None, "a?b", None)
    desk.clock.advance(desk.rules.lease_s - 1)
    assert desk.next(ben).id != item.id
    desk.submit(item.id, ada)
    assert not desk.bench.save_draft(item.id, ada, Draft("answer", "late autosave"))
    assert desk.bench.draft_of(item.id, ada) is None


def test_skipped_items_come_back_last_and_oldest_skip_first(desk: Desk, ada: str, ben: str) -> None:
    skipped = []
    for _ in range(2):
        skipped.append(desk.next(ada).id)
        assert desk.bench.skip(skipped[-1], ada)
        desk.clock.advance(1)
    assert desk.bench.queue_counts(ada).skipped == 2
    assert desk.next(ben).id == skipped[0]
    desk.bench.release(skipped[0], ben)
    seen = []
    while (item := desk.bench.next_item(ada)) is not None:
        seen.append(item.id)
        desk.submit(item.id, ada)
    assert seen[-2:] == skipped
    assert desk.bench.queue_counts(ada).skipped == 0


def test_what_is_not_open_can_not_be_skipped_or_released(desk: Desk, ada: str, ben: str) -> None:
    item = desk.next(ada)
    assert not desk.bench.skip(item.id, ben)
    assert not desk.bench.release(item.id, ben)
    assert desk.bench.heartbeat(item.id, ada)
    assert desk.rows("SELECT * FROM label_skips") == []


def test_administrator_unlocks_what_somebody_left_open(desk: Desk, ada: str, ben: str) -> None:
    root = desk.person("Root", "administrator")
    item = desk.next(ada)
    (held,) = desk.bench.held_items(root)
    assert (held.item_id, held.account_name, held.is_over) == (item.id, "Ada", False)
    assert desk.bench.unlock(item.id, root)
    assert not desk.bench.unlock(item.id, root)
    assert desk.next(ben).id == item.id
    with pytest.raises(GapError, match="somebody else has it open"):
        desk.submit(item.id, ada)


def test_unlocked_item_is_refused_though_nobody_took_it(desk: Desk, ada: str) -> None:
    item = desk.next(ada)
    desk.bench.unlock(item.id, desk.person("Root", "administrator"))
    with pytest.raises(GapError, match="not open with you any more"):
        desk.submit(item.id, ada)


def test_undo_opens_the_item_with_what_was_typed(desk: Desk, ada: str) -> None:
    labeled = desk.label(ada, right("Two cats."))
    meanwhile = desk.next(ada)
    desk.bench.save_draft(meanwhile.id, ada, Draft("answer", "half"))
    again = desk.bench.undo(ada)
    assert (again.id, again.draft) == (labeled.id, Draft("answer", "Two cats.", "Counting"))
    assert desk.bench.categories()["Counting"] == 0
    desk.submit(again.id, ada, right("Three cats."))
    assert desk.bench.categories()["Counting"] == 1
    assert desk.bench.draft_of(meanwhile.id, ada) == Draft("answer", "half")
    answers = [row["answer"] for row in desk.rows("SELECT answer FROM labels ORDER BY id")]
    assert answers == ["Two cats.", "Three cats."]


def test_undo_goes_back_one_label_at_a_time(desk: Desk, ada: str) -> None:
    items = [desk.label(ada).id for _ in range(3)]
    assert [desk.bench.undo(ada).id for _ in range(3)] == items[::-1]
    with pytest.raises(GapError, match="no label of yours"):
        desk.bench.undo(ada)
    assert desk.bench.queue_counts(ada).labeled == 0


def test_undo_touches_nobody_elses_label(desk: Desk, ada: str, ben: str) -> None:
    desk.label(ada)
    with pytest.raises(GapError, match="no label of yours"):
        desk.bench.undo(ben)


def test_key_of_an_undone_label_does_not_bring_it_back(desk: Desk, ada: str) -> None:
    # A retry that was on its way when the labeler pressed undo.
    item = desk.next(ada)
    desk.bench.submit(item.id, ada, right(), key="k")
    again = desk.bench.undo(ada)
    with pytest.raises(GapError, match="undone"):
        desk.bench.submit(item.id, ada, right(), key="k")
    assert again.submission_key != item.submission_key
    assert not desk.bench.submit(item.id, ada, right(), key=again.submission_key).was_repeat


@pytest.mark.parametrize("jump_s", [-7 * 86400.0, 7 * 86400.0])
def test_clock_that_jumps_locks_nothing_for_ever(
    desk: Desk, ada: str, ben: str, jump_s: float
) -> None:
    item = desk.next(ada)
    desk.clock.advance(jump_s)
    assert desk.next(ben).id == item.id
    with pytest.raises(GapError, match="somebody else"):
        desk.submit(item.id, ada)
    desk.submit(item.id, ben)
    assert len(desk.rows("SELECT * FROM labels")) == 1


def test_look_at_the_clock_before_a_long_wait_steals_nothing(
    desk: Desk, ada: str, ben: str
) -> None:
    # Ben looked at the clock first, then waited for the database while Ada claimed.
    desk.clock.advance(30)
    item = desk.next(ada)
    desk.clock.advance(-30)
    assert desk.next(ben).id != item.id


@pytest.mark.parametrize("table_name", ["labels", "label_undos"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET rowid = rowid"])
def test_labels_can_not_be_changed(desk: Desk, ada: str, table_name: str, statement: str) -> None:
    desk.label(ada)
    desk.bench.undo(ada)
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        desk.rows(statement.format(table_name))


def test_state_counts_kept_by_the_trigger_are_those_of_plain_sql(desk: Desk, ada: str) -> None:
    for _ in range(3):
        desk.label(ada)
    desk.bench.undo(ada)
    desk.restarted(theta=0.4).refresh_queue()
    counted = desk.rows("SELECT state, count(*) FROM label_items GROUP BY state ORDER BY state")
    kept = desk.rows("SELECT state, items FROM label_state_counts WHERE items ORDER BY state")
    assert [tuple(row) for row in kept] == [tuple(row) for row in counted]
