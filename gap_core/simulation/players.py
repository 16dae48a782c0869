"""Simulated players who know what is in a drawn picture: what they ask and how they mark.

Called by scripts/simulate_playtest.py, which plays them through the game's own handlers. What
they know comes from the scene graph, never from the game.
"""

import random
from dataclasses import dataclass
from typing import Literal

from gap_core.pocket_training.examples import as_typed
from gap_core.pocket_world import Scene
from gap_core.pocket_world.questions import Question, sample_question
from gap_core.pocket_world.reading import judge_answer

Mark = Literal["correct", "wrong"]


@dataclass(frozen=True)
class Temper:
    """A kind of player.

    Attributes:
        care: how often the player looks closely and marks by the truth; else the mark is a guess.
        wrong_guess: how often a guess says Wrong.
        share: how common the kind is.
    """

    name: str
    care: float
    wrong_guess: float
    share: float


TEMPERS = (
    Temper("careful", care=0.97, wrong_guess=0.5, share=0.4),
    Temper("casual", care=0.8, wrong_guess=0.5, share=0.35),
    Temper("guesser", care=0.2, wrong_guess=0.5, share=0.15),
    Temper("always wrong", care=0.0, wrong_guess=1.0, share=0.1),
)


class SimulatedPlayer:
    """One player with a temper and a random source of their own."""

    def __init__(self, number: int, *, seed: int) -> None:
        self._rng = random.Random(f"player {number} {seed}")
        shares = [temper.share for temper in TEMPERS]
        self.temper = self._rng.choices(TEMPERS, shares)[0]
        self.nickname = f"sim {number} {self._rng.randrange(10**6)}"

    def ask(self, scene: Scene) -> Question:
        """A question that makes sense for the picture, worded and typed as people do."""
        while True:
            question = sample_question(
                scene, self._rng.choice(scene.world.asked_forms), rng=self._rng
            )
            if question is not None:
                typed = as_typed(question.text, rng=self._rng)
                return Question(question.form, question.args, typed)

    def mark(self, scene: Scene, question: Question, answer: str) -> Mark:
        """Correct or Wrong, by the truth if the player looks closely, else by a guess."""
        if self._rng.random() < self.temper.care:
            return "correct" if judge_answer(scene, question, answer).is_right else "wrong"
        return "wrong" if self._rng.random() < self.temper.wrong_guess else "correct"
