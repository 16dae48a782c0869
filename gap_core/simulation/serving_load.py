"""Players who ask a model one question after another, to measure how it is best served.

Called by scripts/bench_serving.py. Nothing is stored: this loads the model, not the game.
"""

from __future__ import annotations

import itertools
import random
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace

import numpy as np

from gap_core.scoring.posterior import Interval
from models.base import Ask, Reply, VisionModel
from models.batching import Batcher, with_waiting

Answering = Callable[[Ask, str], Reply]
RESAMPLES = 2000


@dataclass(frozen=True)
class LoadPlan:
    """Who asks how often: each player thinks 0 to twice `think_s` between two questions.

    A player asks `questions_a_picture` times about a picture, then goes to another one.

    The ways take turns, `blocks` times `block_s` each, so that a slow spell hits all of them.
    """

    players: int = 20
    think_s: float = 0.2
    block_s: float = 8.0
    blocks: int = 6
    max_batch: int = 32
    questions_a_picture: int = 2
    seed: int = 1


@dataclass
class ServingFigures:
    """What one way of serving reached, block by block."""

    way: str
    block_s: float
    answers: list[int] = field(default_factory=list)
    first_word_s: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    peak_mib: float | None = None
    cpu_s: float | None = 0.0  # of this process; None where another one answers

    @property
    def cpu_ms_per_answer(self) -> float | None:
        """Processor time, which other work on the machine moves less than answers a second."""
        return None if self.cpu_s is None else 1000 * self.cpu_s / max(sum(self.answers), 1)

    @property
    def rates(self) -> list[float]:
        """Answers a second, a block each."""
        return [count / self.block_s for count in self.answers]

    @property
    def tokens_per_s(self) -> float:
        """Tokens of answers a second, over all blocks."""
        return sum(self.tokens) / max(self.block_s * len(self.answers), 1e-9)


def measure_ways(
    model: VisionModel, asks: list[Ask], *, plan: LoadPlan, on_block: Callable[[], None]
) -> list[ServingFigures]:
    """One lock around the model against the batcher, in turns, under the same load.

    Args:
        model: answers; warmed up here before the first block.
        asks: pictures and questions to draw from; every picture drawn counts as a new one.
        plan: who asks how often, for how long.
        on_block: called after each block, for a progress bar.
    """
    alone = generate_alone(model)
    alone(asks[0])
    model.answer(asks[: plan.max_batch])
    figures = [ServingFigures("one lock", plan.block_s), ServingFigures("batcher", plan.block_s)]
    with closing(Batcher(model, max_batch=plan.max_batch)) as batcher:
        for block in range(plan.blocks):
            for way, answering in zip(figures, (lock_around(alone), through(batcher)), strict=True):
                run_block(answering, asks, plan=plan, seed=plan.seed + block, into=way)
                on_block()
    return figures


def measure_server(
    model: VisionModel,
    asks: list[Ask],
    *,
    way: str,
    plan: LoadPlan,
    on_block: Callable[[], None],
) -> ServingFigures:
    """A server under the same load; its players ask all at once, as many as there are."""
    model.answer(asks[: plan.max_batch])
    figures = ServingFigures(way, plan.block_s, cpu_s=None)
    with closing(Batcher(model, max_batch=plan.players, max_waiting=plan.players)) as batcher:
        for block in range(plan.blocks):
            run_block(through(batcher), asks, plan=plan, seed=plan.seed + block, into=figures)
            on_block()
    return figures


def lock_around(answer_alone: Callable[[Ask], Reply]) -> Answering:
    """The usual way: whoever holds the lock has the model alone, and nothing is remembered."""
    lock = threading.Lock()

    def answer(ask: Ask, _player_id: str) -> Reply:
        asked = time.monotonic()
        with lock:
            waited_s = time.monotonic() - asked
            reply = answer_alone(ask)
        return with_waiting(reply, waited_s=waited_s)

    return answer


def generate_alone(model: VisionModel) -> Callable[[Ask], Reply]:
    """One answer at a time, by transformers' own `generate` where the model has it."""
    by_generate: Callable[[Ask], Reply] | None = getattr(model, "answer_by_generate", None)
    return by_generate or (lambda ask: model.answer([replace(ask, scope="")])[0])


def through(batcher: Batcher) -> Answering:
    """Our way: everything that waits goes in together."""

    def answer(ask: Ask, player_id: str) -> Reply:
        for update in batcher.submit(ask, player_id=player_id).updates():
            if update.reply is not None:
                return update.reply
        raise RuntimeError("a question ended without a reply, and nobody cancelled it")

    return answer


def run_block(
    answering: Answering, asks: list[Ask], *, plan: LoadPlan, seed: int, into: ServingFigures
) -> None:
    """One block of play; only answers that are there before its end count."""
    replies: list[Reply] = []
    failures: list[Exception] = []
    ends_at, cpu_s = time.monotonic() + plan.block_s, time.process_time()

    def play(number: int) -> None:
        rng = random.Random(f"{seed} {number}")
        try:
            for asked in itertools.count():
                time.sleep(rng.uniform(0, 2 * plan.think_s))
                if time.monotonic() >= ends_at:
                    return
                if asked % plan.questions_a_picture == 0:
                    shown = replace(rng.choice(asks), scope=f"{seed} {number} {asked}")
                question = rng.choice(asks).question
                reply = answering(replace(shown, question=question), f"player {number}")
                if time.monotonic() < ends_at:
                    replies.append(reply)
        except Exception as error:  # a thread's error must not pass for a slow model
            failures.append(error)

    threads = [threading.Thread(target=play, args=(n,)) for n in range(plan.players)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    into.answers.append(len(replies))
    if into.cpu_s is not None:
        into.cpu_s += time.process_time() - cpu_s
    into.first_word_s += [reply.first_word_s for reply in replies]
    into.tokens += [reply.tokens for reply in replies]


def mean_interval(values: list[float], *, seed: int) -> Interval:
    """Percentile bootstrap over blocks; answers within a block depend on each other."""
    rng = random.Random(seed)
    means = [statistics.fmean(rng.choices(values, k=len(values))) for _ in range(RESAMPLES)]
    return _interval(statistics.fmean(values), means)


def ratio_interval(values: list[float], base: list[float], *, seed: int) -> Interval:
    """How many times `base` the values are; blocks are drawn in pairs, as they were run."""
    rng = random.Random(seed)
    pairs = list(zip(values, base, strict=True))
    drawn = [rng.choices(pairs, k=len(pairs)) for _ in range(RESAMPLES)]
    ratios = [
        sum(new for new, _ in some) / max(sum(old for _, old in some), 1e-9) for some in drawn
    ]
    return _interval(sum(values) / max(sum(base), 1e-9), ratios)


def _interval(mean: float, draws: list[float]) -> Interval:
    draws = sorted(draws)
    return Interval(mean, draws[int(0.025 * len(draws))], draws[int(0.975 * len(draws)) - 1])


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values don't exceed; NaN for none."""
    return float(np.quantile(values, share, method="higher")) if values else float("nan")
