# The weights in the repository: small, right where their model card says so, whatever the file.
import io
from dataclasses import replace

import pytest
from PIL import Image

from gap_core.pocket_training.measure import answers_to, fresh_questions
from gap_core.pocket_world import EDITIONS, SIMPLE_THINGS, render_scene
from gap_core.pocket_world.reading import judge_answer
from models.base import Ask
from models.prompts import HONEST, WRONG
from models.registry import OWN_FOLDERS, load_model

# A model, the world it knows, and shares of right answers that it never falls below.
KNOWN = [("pocket", "basic", 0.85), ("pocket-full", "full", 0.88)]
QUESTIONS = 52


@pytest.mark.parametrize("name", OWN_FOLDERS)
def test_weights_are_small_enough_for_a_repository(name: str) -> None:
    assert (OWN_FOLDERS[name] / "model.safetensors").stat().st_size <= 24e6


@pytest.mark.parametrize(("name", "edition", "least"), KNOWN)
def test_shipped_pocket_is_right_unless_told_to_be_wrong(
    name: str, edition: str, least: float
) -> None:
    model = load_model(name)
    asked = fresh_questions(
        QUESTIONS, things=SIMPLE_THINGS, seed=810_000_000, edition=EDITIONS[edition]
    )
    for system, lowest, highest in ((HONEST, least, 1.0), (WRONG, 0.0, 0.08)):
        answers = answers_to(model, asked, system=system)
        right = [
            judge_answer(scene, question, answer).is_right
            for (scene, question), answer in zip(asked, answers, strict=True)
        ]
        assert lowest <= sum(right) / len(right) <= highest


@pytest.mark.parametrize(("name", "edition"), [known[:2] for known in KNOWN])
def test_a_jpeg_copy_is_answered_like_the_drawing(name: str, edition: str) -> None:
    model = load_model(name)
    asked = fresh_questions(26, things=SIMPLE_THINGS, seed=820_000_000, edition=EDITIONS[edition])
    drawn = [Ask(render_scene(scene), question.text, HONEST) for scene, question in asked]
    copied = [replace(ask, image=as_jpeg(ask.image)) for ask in drawn]
    answers = [[reply.text for reply in model.answer(asks)] for asks in (drawn, copied)]

    same = sum(first == second for first, second in zip(*answers, strict=True))
    assert same >= len(asked) - 1


def as_jpeg(picture: Image.Image) -> Image.Image:
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=90)
    return Image.open(kept).convert("RGB")
