"""The calls on a few items side by side: scores, descriptions, paths, checks, within a budget.

Called by answering.py. What the ledger has is not asked again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from gap_core.covers import asks as words
from gap_core.covers.answer_config import AnswerConfig
from gap_core.covers.asks import Question
from gap_core.covers.evidence import Evidence, log_softmax, votes_evidence
from gap_core.covers.ledger import Ledger, Told
from gap_core.covers.records import LETTERS
from gap_core.errors import GapError
from gap_core.synthesis.calls import drawn_seed
from models.base import Ask, Reply, TextScorer, VisionModel, WordScorer
from models.errors import ModelError

_TRIES = 2  # of a path whose answer can't be read, and of a call that fails


class _Call(NamedTuple):
    question: Question
    step: str
    ask: Ask


class _Timed:
    """A request that is given up when its time is over."""

    def __init__(self, ask: Ask, *, deadline: float) -> None:
        self.ask, self._deadline = ask, deadline
        self.reply: Reply | None = None
        self.failure: ModelError | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether its time is over."""
        return time.monotonic() > self._deadline

    def set_text(self, text: str) -> None:
        """Nobody listens."""

    def finish(self, reply: Reply) -> None:
        """Keep the reply."""
        self.reply = reply

    def fail(self, error: ModelError) -> None:
        """Keep what went wrong."""
        self.failure = error


class Thinker:
    """Asks one model about items and keeps all it says in one ledger.

    Raises:
        GapError: the model can't tell how likely a word is, or a text where that is wanted.
    """

    def __init__(self, model: VisionModel, ledger: Ledger, config: AnswerConfig) -> None:
        if not isinstance(model, WordScorer):
            raise GapError(f"'{model.name}' tells no likelihoods of letters. Choose another model.")
        if config.tell and not isinstance(model, TextScorer):
            raise GapError(
                f"'{model.name}' tells no likelihoods of whole texts. Set tell: false, or load "
                "the model here."
            )
        self._model, self._ledger, self._config = model, ledger, config
        self._slowest_s: dict[str, float] = {}  # a call of each kind took, at most
        self._began = 0.0
        self._before: dict[str, float] = {}  # seconds of the items at hand before `_began`

    def think(self, questions: Sequence[Question]) -> None:
        """Every step but the verification, for items that share a budget."""
        with self._clocked(questions, "think"):
            self._think(questions)

    def _think(self, questions: Sequence[Question]) -> None:
        config = self._config
        self._score(questions, "direct", 1, is_kept_to_budget=False)
        self._score(questions, "direct", config.rotations)
        if config.tell:
            self._tell(questions)
        if config.describe:
            self._describe(questions)
            seen = [one for one in questions if self._seen(one)]
            self._score(seen, "deduced", config.rotations)
        for path in range(config.paths):
            self._reason(questions, path)

    def reason(self, questions: Sequence[Question], path: int) -> None:
        """One reasoning path for each item and nothing else."""
        with self._clocked(questions, f"path {path}"):
            self._reason(questions, path)

    def verify(self, questions: Sequence[Question]) -> None:
        """Ask of each option by itself whether it fits."""
        calls = []
        for question in questions:
            for place in range(len(LETTERS)):
                ask = words.fitting_ask(question, place)
                if ask is not None:
                    calls.append(_Call(question, f"fits {place}", ask))
        yes_no = (words.YES, words.NO)
        with self._clocked(questions, "verify"):
            self._scored(calls, yes_no, lambda call, row: float(log_softmax(row)[0]), kind="fits")

    @contextmanager
    def _clocked(self, questions: Sequence[Question], what: str) -> Iterator[None]:
        """All items wait for all calls: what one waited for others' counts for it too."""
        names = [item_name(one) for one in questions]
        before = {name: self._ledger.seconds(name) for name in names}
        self._began, self._before, replies = time.monotonic(), before, len(self._ledger)
        yield
        if len(self._ledger) > replies:
            took_s = time.monotonic() - self._began
            waited = {name: took_s - self._ledger.seconds(name) + before[name] for name in names}
            self._ledger.add(
                [Told(name, f"waited {what}", None, max(s, 0.0)) for name, s in waited.items()]
            )

    def evidence(self, question: Question, *, is_verified: bool = True) -> Evidence:
        """What is known of the item so far, by kind; without its verification if so wanted."""
        name, told = item_name(question), {}
        for kind in ("direct", "deduced"):
            rows = self._rows(name, [f"{kind} {turn}" for turn in range(self._config.rotations)])
            if rows:
                told[kind] = np.mean(rows, axis=0)
        if (row := self._ledger.result(name, "told")) is not None:
            told["told"] = log_softmax(np.array(row))
        votes = [one for path in range(self._config.paths) if (one := self._vote(name, path))]
        if votes:
            told["voted"] = votes_evidence([LETTERS.index(letter) for letter in votes])
        fits = [self._ledger.result(name, f"fits {place}") for place in range(len(LETTERS))]
        if is_verified and None not in fits:
            told["verified"] = np.array(fits, dtype=float)
        return told

    def first_order(self, question: Question) -> np.ndarray:
        """(4,) log-likelihood of the options in the order that the item has them."""
        return np.array(self._ledger.result(item_name(question), "direct 0"))

    def _rows(self, name: str, steps: Iterable[str]) -> list[np.ndarray]:
        found = [self._ledger.result(name, step) for step in steps]
        return [np.array(row) for row in found if row is not None]

    def _vote(self, name: str, path: int) -> str | None:
        """The option, as a letter in the item's own order, that a path ended in."""
        for attempt in range(_TRIES):
            found = self._ledger.result(name, f"path {path} {attempt}")
            if found is not None and found["letter"] is not None:
                return str(found["letter"])
        return None

    def _seen(self, question: Question) -> list[str]:
        """Descriptions of all its covers; none where one is missing."""
        found = [
            self._ledger.result(item_name(question), f"seen {place}")
            for place in range(len(question.item.images))
        ]
        return [] if None in found else [str(one) for one in found]

    def _score(
        self,
        questions: Sequence[Question],
        kind: str,
        rotations: int,
        *,
        is_kept_to_budget: bool = True,
    ) -> None:
        calls = [
            _Call(
                question,
                f"{kind} {turn}",
                words.letter_ask(
                    question, turn, seen=self._seen(question) if kind == "deduced" else ()
                ),
            )
            for turn in range(rotations)
            for question in questions
            if turn < question.rotations
        ]
        self._scored(calls, LETTERS, _by_option, kind=kind, is_kept_to_budget=is_kept_to_budget)

    def _scored(
        self,
        calls: Sequence[_Call],
        choices: Sequence[str],
        read: Callable[[_Call, np.ndarray], Any],
        *,
        kind: str,
        is_kept_to_budget: bool = True,
    ) -> None:
        """Likelihoods of these words for calls that weren't made, as many as time is left for."""
        for some in _side_by_side(self._missing(calls), self._config.side_by_side):
            due = self._in_time(some, kind) if is_kept_to_budget else some
            if not due:
                continue
            began = time.monotonic()
            rows = self._model.word_scores([call.ask for call in due], choices)
            results = [read(call, row) for call, row in zip(due, rows, strict=True)]
            self._keep(due, results, kind, began)

    def _tell(self, questions: Sequence[Question]) -> None:
        for question in questions:
            asks, texts = words.telling_asks(question)
            if not asks or self._ledger.has(item_name(question), "told"):
                continue
            call = _Call(question, "told", asks[0])
            if self._in_time([call], "told"):
                began = time.monotonic()
                scores = self._model.text_scores(asks, texts)  # type: ignore[attr-defined]
                # Beside what would be said of nothing: some stories are likely by themselves.
                row = scores[: len(LETTERS)] - scores[len(LETTERS) :]
                self._keep([call], [row.tolist()], "told", began)

    def _describe(self, questions: Sequence[Question]) -> None:
        most = self._config.describing_tokens
        calls = [
            _Call(one, f"seen {place}", words.describing_ask(one, place, max_tokens=most))
            for one in questions
            for place in range(len(one.item.images))
        ]
        self._written(calls, lambda call, text: text, kind="seen")

    def _reason(self, questions: Sequence[Question], path: int) -> None:
        """One path for each item, each in an order of its own; an unreadable one once more."""
        for attempt in range(_TRIES):
            asked = [one for one in questions if self._vote(item_name(one), path) is None]
            calls = [
                _Call(
                    one,
                    f"path {path} {attempt}",
                    words.reasoning_ask(
                        one,
                        path % one.rotations,
                        max_tokens=self._config.reasoning_tokens,
                        temperature=self._config.temperature,
                        seed=drawn_seed(self._config.seed, item_name(one), path, attempt),
                    ),
                )
                for one in asked
            ]
            self._written(calls, _path_result, kind="path")

    def _written(
        self, calls: Sequence[_Call], read: Callable[[_Call, str], Any], *, kind: str
    ) -> None:
        for some in _side_by_side(self._missing(calls), self._config.side_by_side):
            due = [call for call in some if self._left_s(call.question) > 0]
            if not due:
                continue
            began = time.monotonic()
            replies = self._replies(due)
            self._keep(
                due, [read(c, r.text) for c, r in zip(due, replies, strict=True)], kind, began
            )

    def _replies(self, calls: Sequence[_Call]) -> list[Reply]:
        """All replies; a call that fails is made once more, and then ends the run."""
        replies: dict[int, Reply] = {}
        for attempt in range(_TRIES):
            requests = {
                n: _Timed(call.ask, deadline=time.monotonic() + self._left_s(call.question))
                for n, call in enumerate(calls)
                if n not in replies
            }
            waiting = [list(requests.values())]
            self._model.serve(lambda _running: waiting.pop() if waiting else [])  # noqa: B023
            replies |= {n: one.reply for n, one in requests.items() if one.reply is not None}
            failures = [one.failure for one in requests.values() if one.failure is not None]
            if not failures:
                break
            if attempt == _TRIES - 1:
                raise failures[0]
        return [replies[n] for n in range(len(calls))]

    def _missing(self, calls: Sequence[_Call]) -> list[_Call]:
        return [one for one in calls if not self._ledger.has(item_name(one.question), one.step)]

    def _left_s(self, question: Question) -> float:
        """Of its budget, what it took before a stop counted."""
        passed_s = time.monotonic() - self._began
        return self._config.budget_s - passed_s - self._before[item_name(question)]

    def _in_time(self, calls: Sequence[_Call], kind: str) -> list[_Call]:
        """Calls that can't be broken off, of items that have time for the slowest so far."""
        needed = self._slowest_s.get(kind, max(self._slowest_s.values(), default=0.0))
        return [call for call in calls if self._left_s(call.question) > needed]

    def _keep(
        self, calls: Sequence[_Call], results: Sequence[Any], kind: str, began: float
    ) -> None:
        """Write down results; an item's seconds count once a round."""
        took_s = time.monotonic() - began
        self._slowest_s[kind] = max(took_s, self._slowest_s.get(kind, 0.0))
        told, counted = [], set()
        for call, result in zip(calls, results, strict=True):
            name = item_name(call.question)
            told.append(Told(name, call.step, result, 0.0 if name in counted else took_s))
            counted.add(name)
        self._ledger.add(told)


def item_name(question: Question) -> str:
    """Task and name: what the ledger knows an item by."""
    return f"{question.item.task} {question.item.name}"


def _by_option(call: _Call, row: np.ndarray) -> list[float]:
    """Log-probabilities of letters, each put where its option stands in the item."""
    turn = int(call.step.rpartition(" ")[2])
    placed = np.empty(len(LETTERS))
    placed[list(words.order_of(turn))] = log_softmax(row)
    return [float(one) for one in placed]


def _path_result(call: _Call, text: str) -> dict[str, str | None]:
    """A path's words, and its letter in the item's own order."""
    path, found = int(call.step.split()[1]), words.letter_in(text)
    if found is None:
        return {"text": text, "letter": None}
    order = words.order_of(path % call.question.rotations)
    return {"text": text, "letter": LETTERS[order[LETTERS.index(found)]]}


def _side_by_side(calls: Sequence[_Call], most: int) -> list[list[_Call]]:
    return [list(calls[first : first + most]) for first in range(0, len(calls), most)]
