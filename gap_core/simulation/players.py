"""Simulated players who know what is in a drawn picture: what they ask and how they mark.

Called by visits.py, which plays them through the game's own handlers. What they know comes from
the scene graph, never from the game: the question they type is read by the same understander
that judges their marks afterwards.
"""

import math
import random
from typing import NamedTuple

from db.records import Verdict
from gap_core.language.understand import understand
from gap_core.pocket_training.examples import as_typed
from gap_core.pocket_world import Scene
from gap_core.pocket_world.forms.form import CATEGORIES
from gap_core.pocket_world.questions import (
    CATEGORY_OF_FORM,
    Question,
    categories_of,
    sample_question,
)
from gap_core.pocket_world.reading import judge_answer
from gap_core.simulation.tempers import MIXES, TEMPERS, Mix

COPIED = (
    "What is the weather like?",
    "where is this",
    "Is there a car?",
    "How many dogs are there?",
)
LIKENESS = 30.0  # of players of one temper in skill and care: pseudo-counts of a Beta
PACE_SPREAD = 0.5  # of log seconds, between players and between questions alike
READING_SHARE = 1 / 3
FAVOURED = 0.7
TRIES = 8
SIMPLE = 2  # things in a picture that looks like a trap to those who have noticed


def is_simple(scene: Scene) -> bool:
    """Whether the picture looks like a trap."""
    return len(scene.things) <= SIMPLE


class Traits(NamedTuple):
    """What makes one player differ from others of the same temper."""

    skill: float
    care: float
    thinking_s: float
    favourites: tuple[str, ...]  # all categories, the best liked first


class SimulatedPlayer:
    """One player with a temper, traits and a random source of their own.

    Args:
        number: which player of the mix.
        mix: who comes, by name or as made.
        seed: the same number, mix and seed give the same player.
        temper: this one instead of one drawn by the mix's shares.

    Attributes:
        sessions: how many the player will play in a week; None for as many as asked.
    """

    def __init__(
        self, number: int, *, mix: str | Mix = "mixed", seed: int, temper: str | None = None
    ) -> None:
        self._rng = random.Random(f"player {number} {seed}")
        of = MIXES[mix] if isinstance(mix, str) else mix
        drawn = self._rng.choices(list(of.shares), list(of.shares.values()))[0]
        self.temper = TEMPERS[temper or drawn]
        self.nickname = f"sim {number} {self._rng.randrange(10**6)}"
        self.sessions = (
            self._rng.choices(list(of.sessions), list(of.sessions.values()))[0]
            if of.sessions
            else None
        )
        self.traits = self._traits()
        self._copied = self._rng.choice(COPIED)
        self._played = -1  # sessions before this one
        self._care = self.traits.care

    def wanted(self, sessions: int) -> int:
        """How many sessions the player comes for, where others come for so many."""
        return sessions if self.sessions is None else self.sessions

    def begin_session(self) -> None:
        """Sit down for the next session."""
        self._played += 1

    def look_at(self, scene: Scene, *, place: int, of: int) -> None:
        """Turn to the picture at this place of a session, counted from 1."""
        temper = self.temper
        self._care = self.traits.care * (1 - temper.fatigue * (place - 1) / of)
        learnt = temper.knows_traps_after
        if learnt is not None and self._played >= learnt:
            sees_right = self._rng.random() < temper.sees_traps
            self._care = self.traits.care if is_simple(scene) == sees_right else 0.0

    def ask(self, scene: Scene) -> Question:
        """A question that makes sense for the picture, worded and typed as people do."""
        if self.temper.copies_question:
            found = understand(self._copied, scene)
            return (found.truth and found.question) or Question("", (), self._copied)
        question = self._sampled_question(scene)
        typed = as_typed(question.text, rng=self._rng)
        return Question(question.form, question.args, typed)

    def mark(self, scene: Scene, question: Question, answer: str) -> Verdict:
        """Correct or Wrong, by what the player sees if they look, else by a guess."""
        return self.judge(is_wrong(scene, question, answer) or False)

    def judge(self, seems_wrong: bool) -> Verdict:
        """The same of an answer that is wrong, or is not, to whoever looks well."""
        if self._rng.random() >= self._care:
            return "wrong" if self._rng.random() < self.temper.guesses_wrong else "correct"
        if self._rng.random() >= self.traits.skill:
            seems_wrong = not seems_wrong
        return "wrong" if seems_wrong != self.temper.has_buttons_mixed else "correct"

    def asks_again(self) -> bool:
        """Whether another question follows one marked Correct."""
        return self._rng.random() < self.temper.asks_again

    def leaves(self) -> bool:
        """Whether the player walks off before the next picture."""
        return self._rng.random() < self.temper.leaves

    def thinking_s(self) -> float:
        """Seconds before the next question is sent."""
        return self.traits.thinking_s * math.exp(self._rng.gauss(0, PACE_SPREAD))

    def reading_s(self) -> float:
        """Seconds between an answer and its mark."""
        return self.thinking_s() * READING_SHARE

    def arrival_s(self, *, within_s: float) -> float:
        """When the player comes, from 0 on."""
        return self._rng.uniform(0, within_s)

    def _traits(self) -> Traits:
        temper = self.temper
        return Traits(
            skill=self._near(temper.skill),
            care=self._near(temper.care),
            thinking_s=temper.thinking_s * math.exp(self._rng.gauss(0, PACE_SPREAD)),
            favourites=tuple(self._rng.sample(CATEGORIES, len(CATEGORIES))),
        )

    def _near(self, mean: float) -> float:
        if not 0 < mean < 1:
            return mean
        return self._rng.betavariate(mean * LIKENESS, (1 - mean) * LIKENESS)

    def _sampled_question(self, scene: Scene) -> Question:
        forms = scene.world.asked_forms
        asked = categories_of(scene.world)
        liked = [one for one in self.traits.favourites if one in asked][: self.temper.favourites]
        favoured = [form for form in forms if CATEGORY_OF_FORM[form] in liked]
        if favoured and self._rng.random() < FAVOURED:
            for _ in range(TRIES):
                question = sample_question(scene, self._rng.choice(favoured), rng=self._rng)
                if question is not None:
                    return question
        while True:
            question = sample_question(scene, self._rng.choice(forms), rng=self._rng)
            if question is not None:
                return question


def is_wrong(scene: Scene, question: Question, answer: str) -> bool | None:
    """Whether an answer is false of its picture; None where the picture does not tell."""
    if question.form not in CATEGORY_OF_FORM:
        return None
    return not judge_answer(scene, question, answer).is_right
