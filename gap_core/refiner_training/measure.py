"""How well a model refines: facts kept, read fluently, said as meant, and what the guard notices.

Called by scripts/measure_pocket_llama.py.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gap_core.labeling.rewriting import MORE_TRIES, Answer, rewrite
from gap_core.language import changed_facts
from gap_core.refiner_training.cases import Case, sample_case
from gap_core.refiner_training.fluency import sentence_faults
from gap_core.refiner_training.planted import plant_change
from gap_core.refiner_training.watched import other_words, watched_facts
from gap_core.refiner_training.words import Vocabulary
from gap_core.scoring.shares import Share, share_of
from models.base import LanguageModel

_ASKED_TOGETHER = 64


@dataclass(frozen=True)
class Refined:
    """A case, what came of it, and what each yardstick says of that."""

    case: Case
    written: str
    changes: tuple[str, ...]  # kinds of fact that differ from what was meant
    flags: tuple[str, ...]  # kinds that the guard says differ from what was typed
    is_kept: bool  # by the generator's truth
    are_words_kept: bool  # the same for things, names and deeds
    faults: tuple[str, ...]
    tries: int  # how often the model was asked
    is_tidied: bool  # the answer tidied, no words of the model

    @property
    def is_exact(self) -> bool:
        """Whether it is the very sentence that was meant."""
        return self.written == self.case.truth


@dataclass(frozen=True)
class RefinerReport:
    """Everything that was refined, and the shares people read."""

    refined: tuple[Refined, ...]

    def share(self, is_hit: Callable[[Refined], bool], category: str | None = None) -> Share:
        """The share of refinements, of one category or all, for which this holds."""
        chosen = [one for one in self.refined if category in (None, one.case.category)]
        return share_of(sum(map(is_hit, chosen)), len(chosen))

    def fine_returned(self) -> Share:
        """Of answers that were fine as typed, how many came back as they were."""
        fine = [one for one in self.refined if one.case.is_fine]
        return share_of(sum(one.is_exact for one in fine), len(fine))

    def fault_counts(self) -> Counter[str]:
        """How often each rule of fluency is broken."""
        return Counter(fault for one in self.refined for fault in one.faults)


@dataclass
class GuardTable:
    """What the guard said of refinements whose facts are known to be kept or changed."""

    changed_flagged: int = 0
    changed_missed: int = 0
    kept_flagged: int = 0
    kept_passed: int = 0
    slips: list[str] = field(default_factory=list)  # false alarms and misses, to be read

    def count(self, before: Case, after: str, *, is_kept: bool, is_flagged: bool) -> None:
        """Add one refinement."""
        if is_kept:
            self.kept_flagged += is_flagged
            self.kept_passed += not is_flagged
        else:
            self.changed_flagged += is_flagged
            self.changed_missed += not is_flagged
        if is_kept == is_flagged:
            said = "false alarm" if is_kept else "missed"
            self.slips.append(f"{said}: {before.question} | {before.typed} | {after}")


def judge_guard(report: RefinerReport, *, seed: int) -> tuple[GuardTable, GuardTable]:
    """The guard on what the model wrote, and on the same with one fact turned on purpose."""
    rng = random.Random(f"planted {seed}")
    written, planted = GuardTable(), GuardTable()
    for one in report.refined:
        is_kept = one.is_kept and one.are_words_kept
        written.count(one.case, one.written, is_kept=is_kept, is_flagged=bool(one.flags))
        change = plant_change(one.written, rng=rng) if is_kept else None
        if change is not None:
            found = changed_facts(one.case.typed, change.sentence, question=one.case.question)
            planted.count(one.case, change.sentence, is_kept=False, is_flagged=bool(found))
    return written, planted


def held_out_cases(count: int, *, seed: int) -> list[Case]:
    """Cases of other words, names and wordings than training has; the same for the same seed."""
    rng, vocabulary = random.Random(f"held out {seed}"), Vocabulary(is_held_out=True)
    return [sample_case(vocabulary, rng=rng) for _ in range(count)]


def refine_cases(
    model: LanguageModel,
    cases: Sequence[Case],
    *,
    more_tries: int = MORE_TRIES,
    on_done: Callable[[int], None] = lambda n: None,
) -> RefinerReport:
    """Every case through the model, as the studio asks it, and through all yardsticks.

    Args:
        model: the refiner.
        cases: answers with what they mean.
        more_tries: how often the model may try anew; with 0 its first words are judged.
        on_done: called with the number of cases that were just finished.
    """
    refined: list[Refined] = []
    for start in range(0, len(cases), _ASKED_TOGETHER):
        part = cases[start : start + _ASKED_TOGETHER]
        answers = [Answer(case.question, case.typed) for case in part]
        made = rewrite(model, answers, more_tries=more_tries, patience_s=math.inf)
        refined += [
            judge(case, one.text, tries=one.tries, is_tidied=one.is_tidied)
            for case, one in zip(part, made, strict=True)
        ]
        on_done(len(part))
    return RefinerReport(tuple(refined))


def judge(case: Case, written: str, *, tries: int = 1, is_tidied: bool = False) -> Refined:
    """The yardsticks applied to one refinement."""
    changes = changed_facts(case.meant, written, question=case.question)
    flags = changed_facts(case.typed, written, question=case.question)
    truths = (case.truth, case.meant)
    return Refined(
        case,
        written,
        tuple(change.kind for change in changes),
        tuple(change.kind for change in flags),
        any(watched_facts(written) == watched_facts(truth) for truth in truths),
        any(other_words(written) == other_words(truth) for truth in truths),
        sentence_faults(written),
        tries,
        is_tidied,
    )
