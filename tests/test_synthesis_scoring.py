# Judging how answers reason: both orders, replies that can't be read, intervals over questions.
from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from gap_core.errors import GapError
from gap_core.synthesis.reasoning_scores import (
    Answer,
    compare_answers,
    rate_answers,
    read_answers,
)
from models.base import Reply, TextAsk

SHORT, LONG = "Two.", "Three stand here and one there, so two more."


class RuleJudge:
    """A judge that follows a rule."""

    name, quantization, adapter = "rule", "none", None

    def __init__(self, rule: Callable[[TextAsk], str]) -> None:
        self.rule = rule
        self.calls: list[TextAsk] = []

    def write(self, asks: Sequence[TextAsk]) -> list[Reply]:
        self.calls += asks
        return [Reply(self.rule(ask), 1, 0.0, 0.0) for ask in asks]


def answers(text: str, count: int = 8) -> list[Answer]:
    return [Answer(f"How many are there in {n}?", text, f"picture {n}") for n in range(count)]


def prefers_reasons(ask: TextAsk) -> str:
    first, second = ask.prompt.split("Second answer:")
    better = "first" if LONG in first else "second" if LONG in second else "neither"
    return json.dumps({"better": better})


def test_better_reasoning_wins_in_both_orders() -> None:
    won = compare_answers(RuleJudge(prefers_reasons), answers(LONG), answers(SHORT))

    assert (won.wins, won.losses, won.ties, won.margin) == (8, 0, 0, 1.0)
    assert won.first_preferred.mean == 0.5
    assert won.score.mean == 1.0 and won.score.interval is not None
    assert won.score.interval.low < 1.0


def test_judge_that_looks_at_the_place_lets_nobody_win() -> None:
    won = compare_answers(
        RuleJudge(lambda ask: '{"better": "first"}'), answers(LONG), answers(SHORT)
    )

    assert (won.wins, won.losses, won.ties) == (0, 0, 8)
    assert won.score.mean == 0.5 and won.first_preferred.mean == 1.0


def test_verdict_that_can_not_be_read_is_asked_again_and_never_a_loss() -> None:
    silent = RuleJudge(lambda ask: "Both are nice.")
    won = compare_answers(silent, answers(LONG), answers(SHORT))

    assert len(silent.calls) == 3 * 16
    assert won.score.mean is None and won.score.unscored == 8 and won.margin is None


def test_marks_are_shares_of_the_highest() -> None:
    judge = RuleJudge(lambda ask: 'Sure: {"breadth": 5, "depth": 10}')
    rated = rate_answers(judge, answers(LONG))

    assert (rated.breadth.mean, rated.depth.mean, rated.depth.n) == (0.5, 1.0, 8)


def test_mark_out_of_range_is_unscored() -> None:
    rated = rate_answers(RuleJudge(lambda ask: '{"breadth": 11, "depth": 3}'), answers(LONG))

    assert rated.breadth.mean is None and rated.depth.unscored == 8


def test_answers_to_other_questions_are_not_compared() -> None:
    with pytest.raises(GapError, match="the same questions in the same order"):
        compare_answers(RuleJudge(prefers_reasons), answers(LONG), answers(SHORT, 7))


def test_answers_are_read_from_lines(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text('{"question": "Who?", "answer": "Ada", "image": "a.png"}\n\n')

    assert read_answers(file) == [Answer("Who?", "Ada", "a.png")]


@pytest.mark.parametrize(
    "line", ["", "[]", '{"question": "Who?"}', '{"question": 1, "answer": ""}']
)
def test_file_without_answers_is_told(tmp_path: Path, line: str) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text(line)

    with pytest.raises(GapError, match="can't be used|holds no answers"):
        read_answers(file)
