# Refinement: diff, guard, what is stored, and that no single key accepts a changed fact.
from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gap_core.errors import GapError
from gap_core.labeling import LabelEntry, Refinement, word_diff
from gap_core.labeling.refining import TIDIED
from gap_core.labeling.rewriting import (
    DRAW_TEMPERATURE,
    MORE_TRIES,
    PATIENCE_S,
    Answer,
    bare_text,
    keeps_to,
)
from models.base import Reply, TextAsk
from models.errors import ModelError
from models.refine_prompt import REFINE_VERSION
from tests.fixtures_labeling import Desk, right

if TYPE_CHECKING:
    from models.llama import LlamaWriter


@dataclass
class Writer:
    """Writes what it was given, in turns and the last one for ever; keeps what it was asked."""

    replies: list[str]
    asked: list[TextAsk] = field(default_factory=list)
    name: str = "handmade"
    quantization: str = "none"
    adapter: str | None = None
    latency_s: float = 0.2

    def write(self, asks: Sequence[TextAsk]) -> list[Reply]:
        self.asked += asks
        return [Reply(self._next(), 5, self.latency_s, 0.1) for _ in asks]

    def _next(self) -> str:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def propose(desk: Desk, account_id: str, before: str, *replies: str) -> Refinement:
    item = desk.next(account_id)
    return desk.bench.propose_refinement(item.id, account_id, before, Writer(list(replies)))


def propose_untidied(desk: Desk, account_id: str, before: str, reply: str) -> Refinement:
    """What the model wrote, whatever it is: shown from the second time on."""
    propose(desk, account_id, before, reply)
    return propose(desk, account_id, before, reply)


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ('"A dog."', "A dog."),
        ("“A dog.”", "A dog."),
        ('"STOP" and "GO"', '"STOP" and "GO"'),
        ("“STOP” and “GO”", "“STOP” and “GO”"),
        ("‘A dog.’", "A dog."),
        ("„A dog.“", "A dog."),
        ("'It's a dog.'", "It's a dog."),
        (" ' ' ", ""),
        ("Nobody is .", "Nobody is."),
        (':) "A dog." :)', "A dog."),
        ("5 ,100 dogs ,5 cats", "5 ,100 dogs, 5 cats"),
        ('It says "STOP ,GO ." ,twice.', 'It says "STOP ,GO .", twice.'),
    ],
)
def test_quotes_around_a_reply_are_taken_off(written: str, bare: str) -> None:
    assert bare_text(written) == bare


def test_text_without_a_word_keeps_to_nothing() -> None:
    answer = Answer("Is it red?", "yes")
    assert keeps_to(answer, "Yes, it is red.")
    assert not keeps_to(answer, "") and not keeps_to(answer, ".")


@given(st.lists(st.sampled_from("a b c dog".split())), st.lists(st.sampled_from("a b cat".split())))
def test_diff_reads_back_as_both_texts(old: list[str], new: list[str]) -> None:
    parts = word_diff(" ".join(old), " ".join(new))
    kept = {side: [p.text for p in parts if p.kind in ("same", side)] for side in SIDES}
    assert " ".join(kept["removed"]).split() == old
    assert " ".join(kept["added"]).split() == new


SIDES = ("removed", "added")


def test_diff_marks_the_words_that_change() -> None:
    assert word_diff("tre dogs here", "There are three dogs here.") == (
        ("removed", "tre"), ("added", "There are three"), ("same", "dogs"),
        ("removed", "here"), ("added", "here."),
    )  # fmt: skip


def test_model_is_asked_with_question_and_answer_and_draws_when_asked_again(
    desk: Desk, ada: str
) -> None:
    item = desk.next(ada)
    writer = Writer(["There are three dogs.", "You can see three dogs.", "There are 3 dogs."])
    for text in ("thre dogs", "thre  dogs ", "3 dogs"):
        desk.bench.propose_refinement(item.id, ada, text, writer)
    assert item.question in writer.asked[0].prompt and "thre dogs" in writer.asked[0].prompt
    assert [(ask.temperature > 0, ask.seed) for ask in writer.asked] == [
        (False, 0), (True, MORE_TRIES + 1), (False, 0),
    ]  # fmt: skip


def test_model_draws_anew_until_it_keeps_to_the_answer(desk: Desk, ada: str) -> None:
    replies = ["There are four dogs.", "There are thre dugs.", "There are three dogs.", "Four."]
    found = propose(desk, ada, "thre dogs", *replies)
    assert (found.text, found.model) == ("There are three dogs.", "handmade")
    (row,) = desk.rows("SELECT seed, temperature, latency_s FROM refinements")
    assert tuple(row) == (2, DRAW_TEMPERATURE, pytest.approx(0.6))


def test_answer_is_tidied_where_the_model_never_keeps_to_it(desk: Desk, ada: str) -> None:
    writer = Writer(["There are four dogs."])
    found = desk.bench.propose_refinement(desk.next(ada).id, ada, "thre dogs n a cat", writer)
    assert (found.text, found.model, found.is_safe) == ("Three dogs and a cat.", TIDIED, True)
    assert len(writer.asked) == MORE_TRIES + 1
    (row,) = desk.rows("SELECT model, quantization, after_text FROM refinements")
    assert tuple(row) == (TIDIED, "none", "Three dogs and a cat.")


def test_asked_again_the_least_changed_of_the_models_words_are_shown(desk: Desk, ada: str) -> None:
    propose(desk, ada, "three dogs", "There are four cats.")
    replies = ["There are four cats.", "There are three cats.", "There are four red cats."]
    found = propose(desk, ada, "three dogs", *replies)
    assert (found.text, found.model, found.is_safe) == ("There are three cats.", "handmade", False)


def test_slow_model_is_not_asked_for_long(desk: Desk, ada: str) -> None:
    writer = Writer(["There are four dogs."], latency_s=PATIENCE_S / 2)
    found = desk.bench.propose_refinement(desk.next(ada).id, ada, "thre dogs", writer)
    assert (len(writer.asked), found.model) == (2, TIDIED)


@pytest.mark.parametrize(
    ("before", "reply", "kind"),
    [
        ("Three dogs.", "There are four dogs.", "number"),
        ("A red car.", "There is a blue car.", "colour"),
        ("On the left.", "It is on the right.", "side"),
        ("No dogs.", "There are dogs.", "negation"),
        ("I can't tell.", "There are two dogs.", "refusal"),
    ],
)
def test_changed_fact_can_not_be_accepted_by_one_key(
    desk: Desk, ada: str, before: str, reply: str, kind: str
) -> None:
    found = propose_untidied(desk, ada, before, reply)
    assert not found.is_safe and kind in {change.kind for change in found.changes}
    with pytest.raises(GapError, match="changes facts"):
        desk.bench.decide_refinement(found.id, ada, "accepted")
    assert desk.rows("SELECT * FROM refinement_outcomes") == []
    kept = desk.bench.decide_refinement(found.id, ada, "accepted", despite_changes=True)
    assert kept is not None and kept.text == reply and kept.changes == found.changes


def test_guard_says_what_became_of_each_fact(desk: Desk, ada: str) -> None:
    for before, reply, words in (
        ("Three dogs.", "There are four dogs.", "number 'three' became 'four'"),
        ("Dogs.", "There are red dogs.", "'red' was added"),
        ("Maybe two dogs.", "There are two dogs.", "was left out"),
    ):
        found = propose_untidied(desk, ada, before, reply)
        with pytest.raises(GapError, match=words):
            desk.bench.decide_refinement(found.id, ada, "accepted")


def test_accepted_refinement_is_stored_beside_the_experts_words(desk: Desk, ada: str) -> None:
    found = propose(desk, ada, "thre dogs", '"There are three dogs."')
    assert (found.text, found.is_safe, found.model) == ("There are three dogs.", True, "handmade")
    kept = desk.bench.decide_refinement(found.id, ada, "accepted")
    assert kept == found
    entry = LabelEntry("answer", "thre dogs", "Counting", refinement_id=found.id)
    desk.submit(desk.next(ada).id, ada, entry)
    (row,) = desk.rows(
        """SELECT answer, label_refinements.kept_text, before_text, after_text, model,
            prompt_version, outcome
        FROM labels JOIN label_refinements ON label_id = labels.id
        JOIN refinements ON refinements.id = label_refinements.refinement_id
        JOIN refinement_outcomes AS o ON o.refinement_id = refinements.id"""
    )
    assert tuple(row) == (
        "thre dogs", "There are three dogs.", "thre dogs", "There are three dogs.",
        "handmade", REFINE_VERSION, "accepted",
    )  # fmt: skip


def test_edited_text_is_held_against_the_experts_words(desk: Desk, ada: str) -> None:
    found = propose_untidied(desk, ada, "thre dogs", "There are four dogs.")
    with pytest.raises(GapError, match="changes facts"):
        desk.bench.decide_refinement(found.id, ada, "edited", text="Five dogs are here.")
    kept = desk.bench.decide_refinement(found.id, ada, "edited", text="There are three dogs. ")
    assert kept is not None and (kept.text, kept.is_safe) == ("There are three dogs.", True)
    assert kept.before == "thre dogs"


def test_rejected_refinement_leaves_the_experts_words_alone(desk: Desk, ada: str) -> None:
    found = propose_untidied(desk, ada, "Three dogs.", "There are four dogs.")
    assert desk.bench.decide_refinement(found.id, ada, "rejected") is None
    item = desk.next(ada)
    entry = LabelEntry("answer", "Three dogs.", "Counting", refinement_id=found.id)
    with pytest.raises(GapError, match="neither accepted nor edited"):
        desk.submit(item.id, ada, entry)
    desk.submit(item.id, ada, right("Three dogs."))
    assert desk.rows("SELECT * FROM label_refinements") == []
    assert [row["outcome"] for row in desk.rows("SELECT * FROM refinement_outcomes")] == [
        "rejected"
    ]


def test_last_decision_counts(desk: Desk, ada: str) -> None:
    found = propose(desk, ada, "thre dogs", "There are three dogs.")
    desk.bench.decide_refinement(found.id, ada, "rejected")
    desk.bench.decide_refinement(found.id, ada, "accepted")
    desk.submit(desk.next(ada).id, ada, LabelEntry("answer", "thre dogs", "Counting", "", found.id))
    assert len(desk.rows("SELECT * FROM label_refinements")) == 1


def test_answer_typed_anew_does_not_take_the_refinement_along(desk: Desk, ada: str) -> None:
    # Or a label would carry a text that no guard has compared with its answer.
    found = propose(desk, ada, "thre dogs", "There are three dogs.")
    desk.bench.decide_refinement(found.id, ada, "accepted")
    item = desk.next(ada)
    with pytest.raises(GapError, match="changed after it was refined"):
        desk.submit(item.id, ada, LabelEntry("answer", "four dogs", "Counting", "", found.id))
    assert desk.rows("SELECT * FROM labels") == []
    assert desk.bench.heartbeat(item.id, ada)


def test_refinement_of_another_item_or_account_is_refused(desk: Desk, ada: str, ben: str) -> None:
    found = propose(desk, ada, "thre dogs", "There are three dogs.")
    desk.bench.decide_refinement(found.id, ada, "accepted")
    theirs = desk.next(ben)
    entry = LabelEntry("answer", "thre dogs", "Counting", "", found.id)
    with pytest.raises(GapError, match="no such refinement"):
        desk.submit(theirs.id, ben, entry)
    with pytest.raises(GapError, match="no such refinement"):
        desk.bench.decide_refinement(found.id, ben, "rejected")
    with pytest.raises(GapError, match="no such refinement"):
        desk.submit(theirs.id, ben, LabelEntry("answer", "thre dogs", "Counting", "", 999))


def test_item_that_is_lost_can_not_be_refined(desk: Desk, ada: str, ben: str) -> None:
    found = propose(desk, ada, "thre dogs", "There are three dogs.")
    item = desk.next(ada)
    desk.clock.advance(desk.rules.lease_s + 1)
    assert desk.next(ben).id == item.id
    with pytest.raises(GapError, match="not open with you"):
        desk.bench.decide_refinement(found.id, ada, "accepted")
    with pytest.raises(GapError, match="not open with you"):
        desk.bench.propose_refinement(item.id, ada, "thre dogs", Writer(["x"]))


@pytest.mark.parametrize(
    ("before", "reply", "words"),
    [
        (" ", "x", "no answer to refine"),
        ("x" * 501, "x", "501 characters"),
    ],
)
def test_answers_that_can_not_be_are_refused(
    desk: Desk, ada: str, before: str, reply: str, words: str
) -> None:
    with pytest.raises(GapError, match=words):
        propose(desk, ada, before, reply)
    assert desk.rows("SELECT * FROM refinements") == []


@pytest.mark.parametrize(
    ("reply", "words"), [(' "" ', "wrote nothing"), ("x" * 501, "wrote 501 characters")]
)
def test_replies_that_can_not_be_are_refused(desk: Desk, ada: str, reply: str, words: str) -> None:
    with pytest.raises(GapError, match=words):
        propose_untidied(desk, ada, "Two.", reply)
    assert [row["model"] for row in desk.rows("SELECT model FROM refinements")] == [TIDIED]


def test_label_without_an_answer_takes_no_refinement(desk: Desk, ada: str) -> None:
    with pytest.raises(GapError, match="no answer that a refinement"):
        desk.submit(desk.next(ada).id, ada, LabelEntry("unclear", refinement_id=1))


def test_failing_model_leaves_the_item_as_it_was(desk: Desk, ada: str) -> None:
    class Broken(Writer):
        def write(self, asks: Sequence[TextAsk]) -> list[Reply]:
            raise ModelError("The server is away.")

    item = desk.next(ada)
    with pytest.raises(ModelError, match="away"):
        desk.bench.propose_refinement(item.id, ada, "Two.", Broken([]))
    desk.submit(item.id, ada)


def test_reviewer_who_takes_a_side_takes_its_refinement_along(
    desk: Desk, ada: str, ben: str
) -> None:
    desk.restarted(second_share=1.0)
    found = propose(desk, ada, "thre dogs", "There are three dogs.")
    desk.bench.decide_refinement(found.id, ada, "accepted")
    item = desk.next(ada)
    desk.submit(item.id, ada, LabelEntry("answer", "thre dogs", "Counting", "", found.id))
    desk.submit(desk.next(ben).id, ben, right("Four dogs."))
    cleo = desk.person("Cleo", "reviewer")
    (dispute,) = desk.bench.adjudications(cleo)
    decided = desk.bench.adjudicate(item.id, cleo, dispute.first, key="k")
    with desk.store() as store:
        assert store.refinements.of_label(decided.label_id) == (found.id, "There are three dogs.")


@pytest.mark.parametrize("table", ["refinements", "refinement_outcomes", "label_refinements"])
def test_refinements_can_not_be_changed(desk: Desk, ada: str, table: str) -> None:
    found = propose(desk, ada, "thre dogs", "There are three dogs.")
    desk.bench.decide_refinement(found.id, ada, "accepted")
    desk.submit(desk.next(ada).id, ada, LabelEntry("answer", "thre dogs", "Counting", "", found.id))
    for statement in ("DELETE FROM {}", "UPDATE {} SET rowid = rowid"):
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            desk.rows(statement.format(table))


def test_real_llama_goes_through_the_same_door(
    desk: Desk, ada: str, random_llama: LlamaWriter
) -> None:
    # Random weights write nonsense, which nobody is shown before the answer itself, tidied.
    item = desk.next(ada)
    found = desk.bench.propose_refinement(item.id, ada, "three dogs", random_llama)
    assert (found.text, found.model, found.is_safe) == ("Three dogs.", TIDIED, True)
    try:
        found = desk.bench.propose_refinement(item.id, ada, "three dogs", random_llama)
    except GapError as err:
        assert "wrote" in str(err)
        return
    last = desk.rows("SELECT * FROM refinements")[-1]
    assert (last["model"], last["after_text"]) == ("random-llama", found.text)
    assert not found.is_safe
