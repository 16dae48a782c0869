"""Simulated experts of the pocket deck: the scene's truth, shortened and typed in a hurry.

Called by scripts/measure_pocket_llama.py.
"""

import random
import re

from gap_core.pocket_world import sample_scene
from gap_core.pocket_world.edition import BASIC
from gap_core.pocket_world.questions import sample_question
from gap_core.pocket_world.truth import true_answer
from gap_core.refiner_training.cases import Case
from gap_core.refiner_training.slips import type_hastily

# A description is several sentences, and questions about the game get no label.
_NOT_LABELED = ("describe", "off_topic")
# These ask for the sentence's subject, so its end alone would be no answer.
_SUBJECT_ASKED = ("what_is_colour", "what_side", "what_beside", "on_table")
_FIRST_SCENE = 70_000_000
_SHORTENED = (
    re.compile(r"^(Yes|No), there (?:is|are) .*$"),
    re.compile(r"^(?:There (?:is|are)|I see|This is|It is|The sign says) (.*)$"),
    re.compile(r"^The [a-z' ]+? (?:is|are) ((?!not ).*)$"),
)


def expert_cases(count: int, *, seed: int) -> list[Case]:
    """Questions on fresh scenes with the true answers as hurried experts type them."""
    rng = random.Random(f"experts {seed}")
    forms = [form for form in BASIC.forms if form not in _NOT_LABELED]
    cases: list[Case] = []
    while len(cases) < count:
        scene = sample_scene(_FIRST_SCENE + rng.randrange(1_000_000), things=rng.randint(1, 6))
        question = sample_question(scene, rng.choice(forms), rng=rng)
        if question is None:
            continue
        truth = true_answer(scene, question)
        is_brief = question.form not in _SUBJECT_ASKED and rng.random() < 0.6
        meant = shorten(truth) if is_brief else truth
        signs = frozenset(re.findall(r"\b[A-Z]{2,}\b", truth))
        typed = type_hastily(meant, question=question.text, protected=signs, level=1.0, rng=rng)
        cases.append(Case(question.category, question.text, meant, typed, truth))
    return cases


def shorten(sentence: str) -> str:
    """What a person in a hurry leaves of it; the sentence itself where no way is known."""
    for pattern in _SHORTENED:
        found = pattern.match(sentence)
        if found:
            short = found.group(1).rstrip(".")
            return short if "says" in sentence else short.lower()
    return sentence
