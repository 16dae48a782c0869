# Answers whose words are drawn, beside greedy ones in the same batch.
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.base import Ask, Drawing
from models.registry import load_model
from models.word_drawing import WordDrawer


def test_drawn_answer_depends_on_its_seed_alone(random_pocket_folder: Path, ask: Ask) -> None:
    model = load_model(str(random_pocket_folder))
    drawn = replace(ask, temperature=1.5, seed=3, max_tokens=12)
    other, greedy = replace(drawn, seed=4), replace(ask, max_tokens=12)
    alone = [model.answer([one])[0].text for one in (drawn, other, greedy)]
    together = [reply.text for reply in model.answer([drawn, other, greedy])]

    assert together == alone
    assert len(set(alone)) == 3


@pytest.mark.parametrize(
    ("drawing", "able"),
    [
        (Drawing(temperature=1.0), {0, 1, 2, 3}),
        (Drawing(temperature=1.0, top_k=2), {2, 3}),
        (Drawing(temperature=1.0, top_p=0.4), {3}),
        (Drawing(temperature=0.01), {3}),
        (Drawing(temperature=0.01, repetition_penalty=9.0), {2}),
    ],
)
def test_rules_leave_some_tokens(drawing: Drawing, able: set[int]) -> None:
    # Token 3 is the likeliest and stands in the prompt: a penalty for repeating takes it out.
    scores = torch.tensor([0.5, 0.6, 1.5, 2.0])
    found = {
        int(WordDrawer(replace(drawing, seed=seed), [3], device="cpu").draw(scores))
        for seed in range(60)
    }

    assert found == able
