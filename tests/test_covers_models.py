# The models' part of the covers task: several pictures in a question, likelihoods of words, texts.
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from gap_core.covers.lessons import CoverLesson
from gap_core.training.base_model import load_pupil
from gap_core.training.collation import IGNORED
from gap_core.training.config import made_config
from models.base import Ask, TextScorer, WordScorer, ask_about
from models.errors import ModelError, ServerError
from models.openai_server import ServerVision, chat_ask
from models.server_address import parse_address
from models.transformers_vlm import TransformersVLM
from tests.fixtures_architectures import save_random_qwen
from tests.test_server_failures import QUICK, Script, name, script  # noqa: F401
from tests.test_transformers_vlm import noise_picture

if TYPE_CHECKING:
    from gap_core.training.base_model import Pupil

QUESTION = "Story.\nA. <image>\nB. <image>\nC. <image>\nWhich <|im_end|> fits?"
WORDS = ("A", "B", "C", "D")


@pytest.fixture(scope="module", params=["pocket", "qwen2_vl", "qwen2_5_vl"])
def folder(
    request: pytest.FixtureRequest,
    random_pocket_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    if request.param == "pocket":
        return random_pocket_folder
    made = tmp_path_factory.mktemp(f"covers_{request.param}")
    save_random_qwen(made, model_type=request.param)
    return made


@pytest.fixture(scope="module")
def model(folder: Path) -> TransformersVLM:
    return TransformersVLM.load(folder, name="small")


def placed(*seeds: int, **settings: Any) -> Ask:
    pictures = [noise_picture(seed) for seed in seeds]
    return ask_about(pictures, question=QUESTION, system="Match.", **settings)


def reference(model: TransformersVLM, ask: Ask, ids: list[int]) -> torch.Tensor:
    """(n + 1, V) what the whole model, called plainly, says after the prompt and each id."""
    batch = model._process(ask)
    whole = torch.cat([batch["input_ids"], torch.tensor([ids], dtype=torch.long)], dim=1)
    given = {key: batch[key] for key in ("pixel_values", "target_sizes", "image_grid_thw")
             if key in batch}  # fmt: skip
    if "mm_token_type_ids" in batch:
        types = batch["mm_token_type_ids"]
        given["mm_token_type_ids"] = torch.cat([types, torch.zeros(1, len(ids)).to(types)], dim=1)
    with torch.inference_mode():
        logits = model._model(
            input_ids=whole, attention_mask=torch.ones_like(whole), **given
        ).logits
    return logits[0, -len(ids) - 1 :].log_softmax(-1)


def test_words_are_as_likely_as_the_plain_model_says(model: TransformersVLM) -> None:
    asks = [placed(1, 2, 3), placed(3, 2, 1, scope="x"), Ask(noise_picture(4), "What?", "Answer.")]
    tokens = [model._tokenizer(word, add_special_tokens=False).input_ids[0] for word in WORDS]
    expected = [reference(model, ask, [])[0, tokens].numpy() for ask in asks]

    assert isinstance(model, WordScorer)
    assert np.allclose(model.word_scores(asks, WORDS), expected, atol=1e-3)
    assert np.allclose(model.word_scores(asks[1:2], WORDS), expected[1:2], atol=1e-3)  # remembered
    assert not np.allclose(expected[0], expected[1], atol=1e-3)  # the order of pictures counts


def test_whole_texts_are_as_likely_as_the_plain_model_says(model: TransformersVLM) -> None:
    asks = [placed(1, 2, 3), Ask(noise_picture(4), "What?", "Answer.")]
    texts = ["A red car.", "No"]
    expected = []
    for ask, text in zip(asks, texts, strict=True):
        ids = model._answer_ids(text)
        expected.append(float(reference(model, ask, ids)[range(len(ids)), ids].sum()))

    assert isinstance(model, TextScorer)
    assert np.allclose(model.text_scores(asks, texts), expected, atol=1e-2)


def test_answers_on_several_pictures_equal_those_of_generate(model: TransformersVLM) -> None:
    asks = [placed(1, 2, 3, max_tokens=6), placed(2, 2, 1, max_tokens=6)]

    assert [one.text for one in model.answer(asks)] == [
        model.answer_by_generate(one).text for one in asks
    ]


def test_lessons_ask_in_the_tokens_that_answering_asks_in(folder: Path, tmp_path: Path) -> None:
    from gap_core.covers.training import CoverCollator
    from gap_core.training.collation import collator_of

    pupil: Pupil = load_pupil(made_config(name="one", steps=1, model=str(folder), rank=2))
    images = tuple(f"{seed}.png" for seed in (1, 2, 3))
    for seed in (1, 2, 3):
        noise_picture(seed).save(tmp_path / f"{seed}.png")
    collator = collator_of(pupil, data_dir=tmp_path, kind=CoverCollator)
    lesson = collator.lesson(CoverLesson("x", "Match.", QUESTION, "B", images))
    served = TransformersVLM(
        pupil.model.get_base_model(), pupil.processor, name="x", quantization="fp32"
    )
    asked = served._process(placed(1, 2, 3))

    assert lesson.token_ids[lesson.labels == IGNORED].tolist() == asked["input_ids"][0].tolist()
    for seed, picture in zip((1, 2, 3), lesson.pictures, strict=True):
        alone = served._process(Ask(noise_picture(seed), "", ""))
        assert torch.equal(picture["pixel_values"], alone["pixel_values"])


def test_words_that_begin_alike_are_refused(model: TransformersVLM) -> None:
    with pytest.raises(ModelError, match="begin alike"):
        model.word_scores([placed(1, 2, 3)], ["A", "A"])


def test_places_and_pictures_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="places for 3 pictures, not 2"):
        placed(1, 2)


def test_a_server_gets_pictures_where_they_belong() -> None:
    asked = replace(placed(1, 2, 3), prepared=["data:1", "data:2", "data:3"])
    content = chat_ask(asked).messages[1]["content"]

    assert [part.get("text") or part["image_url"]["url"] for part in content] == [
        "Story.\nA. ", "data:1", "\nB. ", "data:2", "\nC. ", "data:3", "\nWhich   fits?",
    ]  # fmt: skip


def first_words(**likelihoods: float) -> dict[str, Any]:
    told = [
        {"token": f" {word}", "logprob": one, "bytes": None} for word, one in likelihoods.items()
    ]
    content = [{**told[0], "top_logprobs": told}] if told else []
    return {
        "id": "x", "object": "chat.completion", "created": 0, "model": "m",
        "choices": [{"index": 0, "finish_reason": "length", "logprobs": {"content": content},
                     "message": {"role": "assistant", "content": "B"}}],
    }  # fmt: skip


def test_a_server_tells_how_likely_words_are(
    name: str,  # noqa: F811
    script: Script,  # noqa: F811
) -> None:
    script.steps = ["answer", (200, first_words(B=-0.5, A=-1.5, The=-7.0))]
    server = ServerVision.open(name, limits=QUICK)

    assert server.word_scores([placed(1, 2, 3)], WORDS).tolist() == [[-1.5, -0.5, -7.0, -7.0]]
    assert script.requests[-1]["logprobs"] is True
    assert script.requests[-1]["max_tokens"] == 1
    json.dumps(script.requests[-1])


def test_a_server_without_likelihoods_is_told(
    name: str,  # noqa: F811
    script: Script,  # noqa: F811
) -> None:
    script.steps = ["answer", (200, first_words())]
    server = ServerVision(parse_address(name), limits=QUICK)
    script.steps.pop(0)

    with pytest.raises(ServerError, match="tells no likelihoods of words"):
        server.word_scores([placed(1, 2, 3)], WORDS)
