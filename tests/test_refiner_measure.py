# How a refiner is measured: yardsticks by hand, and a model whose every reply is known.
import json
import random
from collections.abc import Sequence

import pytest
from click.testing import CliRunner

from gap_core.labeling.rewriting import MORE_TRIES, Answer, keeps_to
from gap_core.refiner_training.cases import Case
from gap_core.refiner_training.measure import (
    RefinerReport,
    held_out_cases,
    judge,
    judge_guard,
    refine_cases,
)
from gap_core.refiner_training.planted import plant_change
from gap_core.refiner_training.pocket_experts import expert_cases, shorten
from gap_core.refiner_training.watched import other_words, watched_facts
from models.base import Reply, TextAsk
from scripts.measure_pocket_llama import main as measure_pocket_llama

CASE = Case("Counting", "How many dogs are there?", "2 dogs", "2 dgos", "There are 2 dogs.")


class KnowingWriter:
    """Writes what it was told to for each prompt, as a model that was never wrong would."""

    name, quantization, adapter = "knowing", "none", None

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)
        self.asks: list[TextAsk] = []

    def write(self, asks: Sequence[TextAsk]) -> list[Reply]:
        self.asks += asks
        return [Reply(self.texts.pop(0), 1, 0.0, 0.0) for _ in asks]


def test_kept_facts_pass_every_yardstick():
    one = judge(CASE, "There are 2 dogs.")

    assert (one.changes, one.flags, one.is_kept, one.are_words_kept, one.faults) == (
        (), (), True, True, (),
    )  # fmt: skip
    assert one.is_exact


def test_changed_number_is_noticed_by_both_yardsticks():
    one = judge(CASE, "There are 3 dogs.")

    assert "number" in one.changes
    assert not one.is_kept


def test_changed_thing_is_no_kept_word():
    one = judge(CASE, "There are 2 doors.")

    assert one.is_kept
    assert not one.are_words_kept


def test_sentence_without_a_stop_is_not_fluent():
    assert judge(CASE, "There are 2 dogs").faults == ("no stop at the end",)


def test_model_is_asked_in_the_studios_words():
    writer = KnowingWriter(["There are 2 dogs."])
    report = refine_cases(writer, [CASE])

    assert writer.asks[0].prompt == "Question: How many dogs are there?\nAnswer: 2 dgos"
    assert report.share(lambda one: one.is_exact).hits == 1


def test_perfect_writer_reaches_the_goals():
    cases = held_out_cases(300, seed=1)
    report = refine_cases(KnowingWriter([case.truth for case in cases]), cases, more_tries=0)

    assert report.share(lambda one: not one.faults).mean == 1.0
    assert report.share(lambda one: one.is_kept and one.are_words_kept).mean == 1.0
    # The facts library has its own blind spots; the measure must leave room for the goal.
    assert report.share(lambda one: not one.changes).mean > 0.98


def test_true_sentences_are_accounted_for():
    cases = held_out_cases(300, seed=1)
    kept = [keeps_to(Answer(case.question, case.typed), case.truth) for case in cases]

    assert sum(kept) / len(kept) > 0.96


def test_what_the_model_lost_is_drawn_anew_and_then_tidied():
    writer = KnowingWriter(["There are 3 dogs."] * (MORE_TRIES + 1))
    (one,) = refine_cases(writer, [CASE]).refined

    assert (one.written, one.is_tidied, one.tries) == ("2 dogs.", True, MORE_TRIES + 1)
    assert one.changes == () and one.is_kept and one.faults == ("no verb",)


def test_fine_answers_are_counted_apart():
    fine = Case("", "What is it?", "It is a dog.", "It is a dog.", "It is a dog.")
    report = refine_cases(KnowingWriter(["It is a dog.", "There are 2 dogs."]), [fine, CASE])

    assert report.fine_returned()[:2] == (1, 1)


def test_guard_table_counts_hits_and_misses():
    kept = judge(CASE, "There are 2 dogs.")
    changed = judge(CASE, "There are 3 dogs.")
    written, planted = judge_guard(RefinerReport((kept, changed)), seed=1)

    assert (written.changed_flagged, written.kept_passed) == (1, 1)
    assert (written.changed_missed, written.kept_flagged) == (0, 0)
    assert planted.changed_flagged == 1


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("There are 2 dogs.", "number"),
        ("The car is red.", "colour"),
        ("It is on the left.", "side"),
        ("The sign says STOP.", "name"),
        ("The dog is asleep.", "negation"),
    ],
)
def test_planted_change_turns_a_fact(sentence: str, kind: str):
    planted = plant_change(sentence, rng=random.Random(1))

    assert planted is not None
    assert planted.kind == kind
    assert planted.sentence != sentence


def test_nothing_is_planted_where_nothing_is_stated():
    assert plant_change("Hello there.", rng=random.Random(1)) is None


def test_watched_facts_of_a_sentence():
    assert watched_facts("There are two red dogs, not 3.") == {
        ("number", "2", 1), ("number", "3", 1), ("colour", "red", 1), ("negation", "not", 1),
    }  # fmt: skip


def test_isnt_denies_as_not_does():
    assert watched_facts("It isn't red.") == watched_facts("It is not red.")


def test_other_words_leave_facts_out():
    assert other_words("There are two red dogs on the left.") == {"there", "are", "dogs", "the"}


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("The dog is white.", "white"),
        ("There are two dogs.", "two dogs"),
        ("Yes, there is a dog.", "yes"),
        ("The sign says STOP.", "STOP"),
        ("Nothing is on the left.", "Nothing is on the left."),
    ],
)
def test_hurried_expert_leaves_the_obvious_out(sentence: str, short: str):
    assert shorten(sentence) == short


def test_experts_mean_the_scenes_truth():
    cases = expert_cases(60, seed=3)

    assert cases == expert_cases(60, seed=3)
    assert all(case.meant in (case.truth, shorten(case.truth)) for case in cases)
    assert sum(case.typed != case.meant for case in cases) > 30


def test_measure_script_prints_figures_and_json(monkeypatch: pytest.MonkeyPatch):
    cases = [*held_out_cases(12, seed=1), *expert_cases(12, seed=1)]
    writer = KnowingWriter([case.truth for case in cases])
    monkeypatch.setattr("models.registry.load_language_model", lambda name: writer)
    asked = ["--cases", "12", "--experts", "12", "--first-words"]
    result = CliRunner().invoke(measure_pocket_llama, asked)

    assert result.exit_code == 0, result.output
    assert "the guard on" in result.stdout
    assert json.loads(result.stdout.splitlines()[-1])["n"] == 12


def test_measure_script_refuses_few_cases():
    result = CliRunner().invoke(measure_pocket_llama, ["--cases", "3"])

    assert result.exit_code == 1
    assert "10 or more" in result.output
