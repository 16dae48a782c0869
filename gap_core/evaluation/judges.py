"""Who scores answers: the factual scorer, multiple choice, language models.

Called by evaluating.py and comparing_judges.py. A score is NaN where there is none: it is counted
as unscored and never as 0.
"""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import numpy as np

from db import Store
from db.evaluation_records import JudgedBy, KeptScore
from gap_core.errors import GapError
from gap_core.evaluation.choice import score_choice
from gap_core.evaluation.factual import score_answer
from gap_core.evaluation.items import Answered
from gap_core.evaluation.judge_prompt import (
    JUDGE_MAX_TOKENS,
    JUDGE_SYSTEM,
    JUDGE_VERSION,
    judge_prompt,
)
from gap_core.evaluation.judge_reply import read_score
from models.base import LanguageModel, TextAsk

FACTUAL, CHOICE = "factual", "choice"
MOST_TRIES = 3
AGAIN_TEMPERATURE = 0.7  # the first try is greedy; asked again, the model draws its words
BATCH = 8

OnScored = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    """Nobody listens."""


class Judge(Protocol):
    """Gives answers scores in [0, 1]."""

    @property
    def name(self) -> str:
        """What its scores are shown under."""
        ...

    def score(self, answered: Sequence[Answered], on_scored: OnScored = _silent) -> np.ndarray:
        """(N,) scores, NaN where an answer is unscored."""
        ...


class RuleJudge:
    """A judge that needs no model."""

    def __init__(self, name: str, rule: Callable[[str, str, str], float | None]) -> None:
        self.name = name
        self._rule = rule  # of answer, reference and question

    def score(self, answered: Sequence[Answered], on_scored: OnScored = _silent) -> np.ndarray:
        """(N,) scores, NaN where an answer is unscored."""
        scores = []
        for item, answer in answered:
            score = self._rule(answer, item.reference, item.question)
            scores.append(math.nan if score is None else score)
        on_scored(len(scores), len(answered))
        return np.array(scores, dtype=np.float64)


def factual_judge() -> RuleJudge:
    """The factual scorer: parses both texts."""
    return RuleJudge(FACTUAL, lambda a, r, q: score_answer(a, r, question=q).score)


def choice_judge() -> RuleJudge:
    """Multiple choice: answers to questions with lettered options."""
    return RuleJudge(CHOICE, score_choice)


class ModelJudge:
    """A language model that replies with a number, its scores kept in the database.

    A reply that can't be read is asked for again, drawn instead of greedy, `MOST_TRIES` times in
    all; after them the answer is unscored. A killed judge goes on where it was.
    """

    def __init__(
        self, model: LanguageModel, *, fingerprint: str, store: Store, clock: Callable[[], datetime]
    ) -> None:
        """Take a model and the fingerprint of its weights."""
        self.name = model.name
        version = f"{JUDGE_VERSION} {fingerprint} {model.quantization} {model.adapter or ''}"
        self._judged_by = JudgedBy(model.name, " ".join(version.split()))
        self._model, self._store, self._clock = model, store, clock

    def score(self, answered: Sequence[Answered], on_scored: OnScored = _silent) -> np.ndarray:
        """(N,) scores, NaN where an answer is unscored.

        Raises:
            ModelError: the model can't answer; what it scored so far is kept.
        """
        known = {texts: self._kept(texts) for texts in map(_texts_of, answered)}
        asked = [texts for texts, kept in known.items() if kept is None]
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            known.update(zip(batch, self._ask(batch), strict=True))
            on_scored(start + len(batch), len(asked))
        scores = [known[_texts_of(one)] for one in answered]
        return np.array([math.nan if kept is None else _number(kept) for kept in scores])

    def _kept(self, texts: "_Texts") -> KeptScore | None:
        return self._store.evaluations.score(self._judged_by, **texts._asdict())

    def _ask(self, batch: "list[_Texts]") -> list[KeptScore]:
        replies: list[list[str]] = [[] for _ in batch]
        for trial in range(MOST_TRIES):
            open_places = [n for n, said in enumerate(replies) if _last_score(said) is None]
            asks = [_ask_of(batch[place], trial) for place in open_places]
            for place, reply in zip(open_places, self._model.write(asks), strict=True):
                replies[place].append(reply.text)
            if all(_last_score(said) is not None for said in replies):
                break
        found = [KeptScore(_last_score(said), tuple(said)) for said in replies]
        with self._store.transaction():
            for texts, kept in zip(batch, found, strict=True):
                self._store.evaluations.add_score(
                    self._judged_by, **texts._asdict(), kept=kept, scored=self._clock()
                )
        return found


class _Texts(NamedTuple):
    """What a judge reads."""

    question: str
    reference: str
    answer: str


def _texts_of(answered: Answered) -> _Texts:
    return _Texts(answered.item.question, answered.item.reference, answered.answer)


def _ask_of(texts: _Texts, trial: int) -> TextAsk:
    return TextAsk(
        prompt=judge_prompt(texts.question, texts.reference, texts.answer),
        system=JUDGE_SYSTEM,
        max_tokens=JUDGE_MAX_TOKENS,
        temperature=AGAIN_TEMPERATURE if trial else 0.0,
        seed=trial,
    )


def _last_score(replies: Sequence[str]) -> float | None:
    return read_score(replies[-1]) if replies else None


def _number(kept: KeptScore) -> float:
    return math.nan if kept.score is None else kept.score


def open_judges(
    names: Sequence[str], *, store: Store, clock: Callable[[], datetime]
) -> list[Judge]:
    """The judges of these names: "factual", "choice", or a language model's.

    Raises:
        GapError: none, or one of them twice.
        ModelError: a model can't be loaded.
    """
    if not names:
        raise GapError("Nobody would judge. Name a judge: factual, choice or a language model.")
    twice = [name for number, name in enumerate(names) if name in names[:number]]
    if twice:
        raise GapError(f"Judge '{twice[0]}' is named twice. Name each judge once.")
    return [_open_judge(name, store, clock) for name in names]


def _open_judge(name: str, store: Store, clock: Callable[[], datetime]) -> Judge:
    if name == FACTUAL:
        return factual_judge()
    if name == CHOICE:
        return choice_judge()
    from models.fingerprint import writer_fingerprint
    from models.registry import load_language_model

    model = load_language_model(name)
    return ModelJudge(model, fingerprint=writer_fingerprint(name), store=store, clock=clock)
