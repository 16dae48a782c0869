# Answers to the covers task: one letter each, no position bias, nothing asked twice, in time.
from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gap_core.covers import thinking
from gap_core.covers.answer_config import AnswerConfig
from gap_core.covers.answering import DECISIONS, Answered, Answering
from gap_core.covers.asks import letter_in, order_of
from gap_core.covers.evidence import Weights, fit_weights, log_loss, votes_evidence
from gap_core.covers.ledger import Ledger, Told
from gap_core.covers.records import LETTERS, CoverItem
from gap_core.errors import GapError
from tests.fixtures_covers import HalfKnowing, cover_item

MakeItems = Callable[..., list[CoverItem]]


def answer(
    model: object,
    items: list[CoverItem],
    folder: Path,
    validation: list[CoverItem] | None = None,
    **settings: object,
) -> list[Answered]:
    config = AnswerConfig(**settings)  # type: ignore[arg-type]
    run = Answering(model, config, folder / "answers", images_dir=folder)  # type: ignore[arg-type]
    return run.answer(items, validation or [])


def test_rotated_orders_cancel_position_bias(
    half_knowing: HalfKnowing, cover_items: MakeItems, tmp_path: Path
) -> None:
    answered = answer(half_knowing, cover_items(8), tmp_path)

    assert [one.first_letter for one in answered] == ["A"] * 8
    assert [one.turned_letter for one in answered] == list("ABCDABCD")
    assert [one.letter for one in answered] == list("ABCDABCD")


def test_every_option_stands_once_at_every_place() -> None:
    assert sorted(zip(*(order_of(turn) for turn in range(4)), strict=True)) == sorted(
        (place, (place + 1) % 4, (place + 2) % 4, (place + 3) % 4) for place in range(4)
    )


def test_paths_vote_for_options_wherever_these_stood(
    half_knowing: HalfKnowing, cover_items: MakeItems, tmp_path: Path
) -> None:
    half_knowing.for_right = 0.0  # letters know nothing
    answered = answer(half_knowing, cover_items(4), tmp_path, paths=4)

    assert [one.letter for one in answered] == list("ABCD")
    assert set(answered[0].kinds) == {"direct", "voted"}


def test_an_unreadable_path_is_asked_once_more_and_likelihood_decides_at_last(
    half_knowing: HalfKnowing, cover_items: MakeItems, tmp_path: Path
) -> None:
    half_knowing.speak = lambda ask: "It could be A or B."
    answered = answer(half_knowing, cover_items(3), tmp_path, paths=2)
    seeds = Counter(call[1:] for call in half_knowing.calls if call[0] == "said")

    assert [one.letter for one in answered] == list("ABC")
    assert seeds.total() == 3 * 2 * 2 and max(seeds.values()) == 1  # never the same dice again
    assert [one.kinds for one in answered] == [("direct",)] * 3


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("Two stars. So B is out.\nAnswer: C", "C"),
        ("answer is (d).", "D"),
        ("**Answer:** **B**", "B"),
        ("Answer: A, no, wait.\nAnswer: B", "B"),
        ("C", "C"),
        (" (c) ", "C"),
        ("A cover with two stars", None),
        ("The answer: Apples", None),
        ("Answer: E", None),
        ("", None),
    ],
)
def test_letters_are_read_only_where_an_answer_is_named(text: str, letter: str | None) -> None:
    assert letter_in(text) == letter


def test_descriptions_stand_before_the_question_and_name_no_option(
    half_knowing: HalfKnowing, cover_items: MakeItems, tmp_path: Path
) -> None:
    half_knowing.speak = lambda ask: "Two <image> stars."
    answer(half_knowing, cover_items(1), tmp_path, describe=True)
    asked = [question for what, question, _ in half_knowing.calls if what == "said"]
    deduced = [q for what, q, _ in half_knowing.calls if q.startswith("The cover shows")]

    assert len(asked) == 1 and "story 0" not in asked[0]
    assert len(deduced) == 4
    assert deduced[0].startswith("The cover shows: Two   stars.\n<image>\nWhich fits?")


@pytest.mark.parametrize(("below", "checks"), [(0.2, 0), (0.9, 16)])
def test_only_uncertain_items_are_verified(
    half_knowing: HalfKnowing, cover_items: MakeItems, tmp_path: Path, below: float, checks: int
) -> None:
    half_knowing.for_right = 0.1
    answered = answer(half_knowing, cover_items(4), tmp_path, verify_below=below)
    asked = [question for what, question, _ in half_knowing.calls if what == "Yes,No"]

    assert len(asked) == checks
    assert all(("verified" in one.kinds) == bool(checks) for one in answered)
    if asked:
        assert asked[0].startswith("<image>\nstory 0 A RIGHT\n") and "story 0 B" not in asked[0]


def test_whole_stories_are_scored_by_option(
    half_knowing: HalfKnowing, cover_items: MakeItems, tmp_path: Path
) -> None:
    half_knowing.for_a, half_knowing.for_right = 0.0, 2.0
    answered = answer(half_knowing, cover_items(2), tmp_path, tell=True)
    told = [text for what, text, _ in half_knowing.calls if what == "told"]

    assert told[:4] == ["story 0 A RIGHT", "story 0 B", "story 0 C", "story 0 D"]
    assert answered[1].letter == "B" and answered[1].kinds == ("direct", "told")


class Killed(BaseException):
    """A process ends without a word."""


@pytest.mark.parametrize("calls", [1, 2, 7, 11])
def test_a_killed_run_goes_on_and_asks_nothing_twice(
    cover_items: MakeItems, tmp_path: Path, calls: int
) -> None:
    settings = {"paths": 2, "tell": True, "describe": True, "side_by_side": 2, "verify_below": 0.99}
    items, told = cover_items(6), cover_items(6, with_ids=False)
    whole = HalfKnowing()
    (tmp_path / "whole").mkdir()
    shutil.copy(tmp_path / "cover.png", tmp_path / "whole")
    expected = answer(whole, items, tmp_path / "whole", told, **settings)

    killed, left = HalfKnowing(), [calls]

    def count_down() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    killed.on_call = count_down
    with pytest.raises(Killed):
        answer(killed, items, tmp_path, told, **settings)
    torn = tmp_path / "answers" / "asked_validation_image2text.jsonl"
    with torn.open("ab") as out:
        out.write(b'{"item": "image2text it')  # the line that was being written
    resumed = HalfKnowing()
    answered = answer(resumed, items, tmp_path, told, **settings)

    assert [one.decision for one in answered] == [one.decision for one in expected]
    assert Counter(killed.calls + resumed.calls) == Counter(whole.calls)


def test_the_budget_ends_thinking_and_every_item_has_its_letter(
    half_knowing: HalfKnowing,
    cover_items: MakeItems,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]

    def pass_time() -> None:
        clock[0] += 10.0

    monkeypatch.setattr(thinking, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    half_knowing.on_call = pass_time
    answered = answer(
        half_knowing, cover_items(4), tmp_path, tell=True, side_by_side=2, budget_s=35
    )
    asked = Counter(what for what, _, _ in half_knowing.calls)

    assert [one.seconds for one in answered] == [30.0] * 4
    assert asked == {"A,B,C,D": 4 * 3}  # neither a fourth order nor whole stories
    assert all(one.letter in LETTERS for one in answered)


def test_a_path_is_broken_off_when_its_time_is_over(
    half_knowing: HalfKnowing,
    cover_items: MakeItems,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]
    monkeypatch.setattr(thinking, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    heard = []

    def serve(take: Callable[[int], list[object]]) -> None:
        while requests := take(0):
            for request in requests:
                heard.append(request.is_cancelled)  # type: ignore[attr-defined]
                clock[0] += 60
                heard.append(request.is_cancelled)  # type: ignore[attr-defined]
                request.finish(thinking.Reply("", 0, 0.0, 0.0))  # type: ignore[attr-defined]

    monkeypatch.setattr(half_knowing, "serve", serve)
    answer(half_knowing, cover_items(1), tmp_path, paths=1, budget_s=50)

    assert heard == [False, True]


def test_weights_calibrate_what_is_too_sure() -> None:
    rng = np.random.default_rng(1)
    right = rng.integers(0, 4, 400)
    scores = rng.normal(size=(400, 4))
    scores[np.arange(400), right] += 1.0
    items = [{"direct": row * 8} for row in scores]  # eight times too sure
    weights = fit_weights(items, list(right))
    (fitted,) = weights.by_kinds["direct",]
    plain, calibrated = ([w.decide(one) for one in items] for w in (Weights(), weights))

    assert 0.09 < fitted < 0.18  # noise of variance 1 wants 1/8
    assert log_loss(calibrated, list(right)) < log_loss(plain, list(right)) / 2
    assert [one.option for one in plain] == [one.option for one in calibrated]


def test_evidence_without_worth_weighs_little_and_leaves_a_choice() -> None:
    rng = np.random.default_rng(2)
    right = list(rng.integers(0, 4, 300))
    items = [
        {"direct": rng.normal(size=4), "told": np.eye(4)[place] * 3 + rng.normal(size=4)}
        for place in right
    ]
    weights = fit_weights(items, right).by_kinds["direct", "told"]

    assert weights[0] < 0.2 and weights[1] > 1
    assert min(weights) > 0


def test_uncertainty_grows_from_none_to_all() -> None:
    sure, unsure = ({"direct": np.array(row)} for row in ([50.0, 0, 0, 0], [1.0, 1, 1, 1]))
    assert Weights().decide(sure).uncertainty == pytest.approx(0.0, abs=1e-9)
    assert Weights().decide(unsure).uncertainty == pytest.approx(1.0)
    assert np.exp(votes_evidence([2, 2])) == pytest.approx([0.125, 0.125, 0.625, 0.125])


def test_two_processes_never_write_to_one_ledger(tmp_path: Path) -> None:
    with Ledger(tmp_path / "asked.jsonl") as ledger:
        ledger.add([Told("i", "s", [1.0], 0.5)])
        with pytest.raises(GapError, match="Another process"):
            Ledger(tmp_path / "asked.jsonl")
    with Ledger(tmp_path / "asked.jsonl") as again:
        assert (again.result("i", "s"), again.seconds("i"), len(again)) == ([1.0], 0.5, 1)


def test_a_line_that_is_none_of_a_ledger_is_refused(tmp_path: Path) -> None:
    (tmp_path / "asked.jsonl").write_text('{"x": 1}\n')
    with pytest.raises(GapError, match="Line 1 of"):
        Ledger(tmp_path / "asked.jsonl")
    Ledger(tmp_path / "other.jsonl").__exit__(None, None, None)


def test_answers_with_other_settings_are_not_mixed(
    half_knowing: HalfKnowing, cover_items: MakeItems, tmp_path: Path
) -> None:
    answer(half_knowing, cover_items(1), tmp_path)
    with pytest.raises(GapError, match="another 'answering'"):
        answer(half_knowing, cover_items(1), tmp_path, rotations=2)


def test_a_model_that_tells_no_likelihoods_is_refused(
    scripted_model: object, cover_items: MakeItems, tmp_path: Path
) -> None:
    with pytest.raises(GapError, match="'scripted' tells no likelihoods"):
        answer(scripted_model, cover_items(1), tmp_path)


def test_an_item_without_options_to_tell_apart_keeps_its_order(
    half_knowing: HalfKnowing, cover_items: MakeItems, tmp_path: Path
) -> None:
    cover_items(1)
    odd = CoverItem(
        "image2text", 0, "s", "<image>\nB. RIGHT\nor something else", None, ("cover.png",), 7
    )
    answered = answer(half_knowing, [odd, cover_item(1, "x")], tmp_path, tell=True)
    kept = json.loads((tmp_path / "answers" / DECISIONS).read_text())["answers"]

    assert [one.letter for one in answered] == ["A", "B"]
    assert [one["item"] for one in kept] == ["id 7", "id 'x'"]
    assert all(one["letter"] in LETTERS for one in kept)
