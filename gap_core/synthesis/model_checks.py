"""Checks of a question by asking a model again: with everything, with nothing, with a hop less.

Called by the model synthesizer. The published code has none of them.
"""

from __future__ import annotations

from dataclasses import replace

from gap_core.synthesis.agreeing import is_same_answer
from gap_core.synthesis.calls import Calls
from gap_core.synthesis.doors import Prompt
from gap_core.synthesis.parsing import read_answer
from gap_core.synthesis.prompts import answer_prompt, blind_prompt, hop_prompt
from gap_core.synthesis.records import CheckResult, MultiHop, Seed, Subject

VERIFIED, NEEDS_SOURCE, NEEDS_HOPS = "verified answer", "needs the picture", "needs every hop"
UNIQUE = "no near-duplicate"
CHECKS = (VERIFIED, NEEDS_SOURCE, NEEDS_HOPS, UNIQUE)


def check_answer(
    subject: Subject, seed: Seed, made: MultiHop, calls: Calls, drawn: Prompt, *, samples: int
) -> CheckResult:
    """Passed if most answers drawn from the source, and the one from the sub-answers, agree."""
    asked = answer_prompt(subject, seed.background, made.question)
    said = [_ask(f"answer {number}", asked, calls, drawn) for number in range(1, samples + 1)]
    from_hops = _ask(
        "answer from hops", hop_prompt(subject, seed.sub_questions, made), calls, drawn
    )
    agreeing = sum(_agrees(one, subject, made) for one in said)
    is_implied = _agrees(from_hops, subject, made)
    detail = f"{agreeing} of {samples} agree; by the sub-answers: '{from_hops[:100]}'"
    return CheckResult(name=VERIFIED, passed=agreeing * 2 > samples and is_implied, detail=detail)


def check_needs_source(
    subject: Subject, made: MultiHop, calls: Calls, drawn: Prompt, *, samples: int
) -> CheckResult:
    """Passed if fewer than half of the answers without picture or document are right."""
    asked = blind_prompt(subject, made.question)
    said = [_ask(f"blind {number}", asked, calls, drawn) for number in range(1, samples + 1)]
    right = sum(_agrees(one, subject, made) for one in said)
    return CheckResult(
        name=NEEDS_SOURCE, passed=right * 2 < samples, detail=f"blind: {right} of {samples} right"
    )


def check_every_hop(
    subject: Subject, seed: Seed, made: MultiHop, calls: Calls, drawn: Prompt
) -> CheckResult:
    """Passed if the answer changes or is lost whichever sub-answer is left out."""
    for left_out in range(len(seed.sub_questions)):
        known = tuple(one for n, one in enumerate(seed.sub_questions) if n != left_out)
        said = _ask(f"without hop {left_out + 1}", hop_prompt(subject, known, made), calls, drawn)
        if _agrees(said, subject, made):
            return CheckResult(
                name=NEEDS_HOPS, passed=False, detail=f"answered without hop {left_out + 1}"
            )
    return CheckResult(name=NEEDS_HOPS, passed=True, detail=f"{len(seed.sub_questions)} hops")


def _ask(step: str, prompt: Prompt, calls: Calls, drawn: Prompt) -> str:
    asked = replace(
        prompt, drawing=replace(drawn.drawing, schema=None), max_tokens=drawn.max_tokens
    )
    return calls.ask(step, asked, read_answer)


def _agrees(answer: str, subject: Subject, made: MultiHop) -> bool:
    return is_same_answer(answer, made.answer, question=made.question, language=subject.language)
