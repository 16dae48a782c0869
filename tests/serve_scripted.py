# The real server script with a scripted model and a small deck, for tests that need a process.
# Run: python -m tests.serve_scripted --port 0 --data-dir DIR
from __future__ import annotations

import os
from functools import partial

import gap_core.decks.deal as deal
from scripts import serve_game
from tests.fixtures_models import ScriptedModel

ANSWERS = (
    "There are two dogs.",
    "The cake is pink, with one candle on it.",
    "It is raining, and the girl with the green dress stands to the left of the yellow chair.",
    "The bus is red.",
)


class CycledModel(ScriptedModel):
    """Says the same few sentences again and again."""

    def _next_text(self) -> str:
        return ANSWERS[len(self.calls) % len(ANSWERS)]


def open_scripted(_settings: object) -> CycledModel:
    model = CycledModel()
    model.word_s = float(os.environ.get("SCRIPTED_WORD_S", "0.02"))
    return model


if __name__ == "__main__":
    serve_game.open_model = open_scripted  # type: ignore[assignment]
    deal.deal_pocket_deck = partial(deal.deal_pocket_deck, tainted=12, untainted=14)  # type: ignore[assignment]
    serve_game.serve_game()
