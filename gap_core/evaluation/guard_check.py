"""The guard of refinements held against the scene graph: harmless rewritings and false ones.

Called by scripts/measure_language.py.
"""

import random
from dataclasses import dataclass, field

from gap_core.evaluation.factual_check import asked_questions, reworded
from gap_core.language.changes import changed_facts
from gap_core.language.tally import ClusterTally
from gap_core.pocket_world.edition import Edition
from gap_core.pocket_world.reading import judge_answer
from gap_core.pocket_world.truth import true_answer, wrong_answer


@dataclass
class GuardReport:
    """Rewritings that keep every fact and let pass, and rewritings that do not and were stopped."""

    passed: ClusterTally = field(default_factory=ClusterTally)  # of harmless rewritings
    stopped: ClusterTally = field(default_factory=ClusterTally)  # of false rewritings
    misses: list[str] = field(default_factory=list)


def check_guard(edition: Edition, *, scenes: int, seed: int = 1) -> GuardReport:
    """Rewrite true answers, worded as somebody might, to the graph's true and false sentences."""
    report = GuardReport()
    rng = random.Random(f"guard check {seed}")
    for scene, question in asked_questions(edition, scenes, rng):
        truth = true_answer(scene, question)
        before = reworded(truth, rng)
        if not judge_answer(scene, question, before).is_right:
            before = truth  # this wording leaves out what was asked
        false = wrong_answer(scene, question, rng=rng)
        told = f"{question.form} | {question.text} | {before}"
        found = changed_facts(before, truth, question=question.text)
        report.passed.add(scene.seed, is_hit=not found)
        if found:
            report.misses.append(f"{told} > {truth} -> {', '.join(one.kind for one in found)}")
        if not judge_answer(scene, question, false).is_right:
            is_stopped = bool(changed_facts(before, false, question=question.text))
            report.stopped.add(scene.seed, is_hit=is_stopped)
            if not is_stopped:
                report.misses.append(f"{told} > {false} -> no change found")
    return report
