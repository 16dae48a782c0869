"""Fingerprints of pocket world scenes, their pictures and their questions with both answers.

Called by test_pocket_golden.py; run as a module it writes the golden file anew, which is right
only when the world of the shipped weights is changed on purpose.
"""

import hashlib
import json
import random
from pathlib import Path

from gap_core.pocket_world import render_scene, sample_scene, scene_to_json
from gap_core.pocket_world.edition import BASIC
from gap_core.pocket_world.questions import sample_question
from gap_core.pocket_world.truth import true_answer, wrong_answer

GOLDEN_FILE = Path(__file__).with_name("golden_pocket_world.json")
SCENES = 200


def short_hash(content: bytes) -> str:
    """The first twelve hex digits of the sha256."""
    return hashlib.sha256(content).hexdigest()[:12]


def fingerprint(seed: int) -> tuple[str, str, str]:
    """Hashes of the scene graph, of its pixels and of one question a form with both answers."""
    scene = sample_scene(seed, things=1 + seed % 10)
    rng, lines = random.Random(seed), []
    for form in BASIC.forms:
        question = sample_question(scene, form, rng=rng)
        if question is not None:
            said = true_answer(scene, question), wrong_answer(scene, question, rng=rng)
            lines.append(f"{form} {question.args} {question.text} {said}")
    return (
        short_hash(scene_to_json(scene).encode()),
        short_hash(render_scene(scene).tobytes()),
        short_hash("\n".join(lines).encode()),
    )


if __name__ == "__main__":
    rows = [json.dumps(fingerprint(seed)) for seed in range(SCENES)]
    GOLDEN_FILE.write_text("[\n" + ",\n".join(rows) + "\n]\n")
