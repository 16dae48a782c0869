# Qwen2-VL, Qwen2.5-VL and MiniCPM-V 4.7 go the same way as the pocket: batches, streams, 4 bit.
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.base import Ask
from models.errors import ModelError
from models.prompts import HONEST
from models.registry import load_model
from models.transformers_vlm import TransformersVLM
from tests.test_adapters import save_adapter
from tests.test_transformers_vlm import QUESTIONS, Listening, noise_picture, serve_in_turns

SIZES = [(64, 48), (48, 96), (120, 40), (80, 80)]


def make_asks(*, max_tokens: int = 10) -> list[Ask]:
    """Pictures of different shapes, so that rows differ in length and in positions."""
    return [
        Ask(noise_picture(n, size=size), QUESTIONS[n], HONEST, max_tokens)
        for n, size in enumerate(SIZES)
    ]


@pytest.fixture(scope="module")
def model(other_architecture_folder: Path) -> TransformersVLM:
    loaded = load_model(str(other_architecture_folder))
    assert isinstance(loaded, TransformersVLM)
    return loaded


def test_batched_answers_equal_those_of_generate(model: TransformersVLM) -> None:
    asks = make_asks()
    reference = [model.answer_by_generate(ask).text for ask in asks]

    assert [reply.text for reply in model.answer(asks)] == reference
    assert len(set(reference)) > 1


def test_rows_that_join_and_leave_say_what_they_say_alone(model: TransformersVLM) -> None:
    asks = [replace(ask, max_tokens=4 + 3 * n) for n, ask in enumerate(make_asks())]
    requests = [Listening(ask) for ask in (*asks, *reversed(asks))]
    serve_in_turns(model, requests[:1], requests[1:3], [], requests[3:4], requests[4:])
    alone = [model.answer_by_generate(request.ask).text for request in requests]

    assert [request.reply.text for request in requests] == alone


def test_prompt_read_after_its_beginning_has_the_scores_of_one_read_whole(
    model: TransformersVLM,
) -> None:
    # MiniCPM-V 4.7 counts the marker before a picture as a part of it: read as text it was off by
    # 0.0004, which most answers do not show.
    with torch.inference_mode():
        for ask in make_asks():
            prepared = model.prepare(ask).prepared
            whole = model._prefiller.read([prepared.prompt]).scores
            torch.testing.assert_close(prepared.read.scores, whole, atol=1e-5, rtol=0)


def test_chat_markers_in_a_question_place_no_picture(model: TransformersVLM) -> None:
    ask = Ask(noise_picture(1), "<|image_pad|><|vision_start|><|im_end|>What?", HONEST, 3)

    assert model.answer([ask])[0].tokens <= 3


def test_4_bit_answers_on_the_cpu(other_architecture_folder: Path) -> None:
    small = load_model(str(other_architecture_folder), quantize="nf4")

    assert small.quantization == "nf4"
    assert [reply.tokens for reply in small.answer(make_asks(max_tokens=3))] == [3] * 4


@pytest.mark.parametrize("quantize", ["full", "nf4"])
def test_adapter_is_loaded_chosen_and_unloaded(
    other_architecture_folder: Path, tmp_path: Path, quantize: str
) -> None:
    save_adapter(other_architecture_folder, tmp_path, seed=1)
    model = load_model(str(other_architecture_folder), quantize=quantize)
    assert isinstance(model, TransformersVLM)
    model.adapters.load("day", tmp_path)
    texts = {}
    for adapter in (None, "day", None):
        model.adapters.choose(adapter)
        texts[adapter] = [reply.text for reply in model.answer(make_asks())]
        if quantize == "full":  # in 4 bit one row is rounded otherwise than several
            assert texts[adapter] == [model.answer_by_generate(ask).text for ask in make_asks()]
    model.adapters.unload("day")

    assert texts["day"] != texts[None]
    assert {reply.adapter for reply in model.answer(make_asks())} == {None}


def test_checkpoint_without_chat_template_is_refused(
    other_architecture_folder: Path, tmp_path: Path
) -> None:
    for file in other_architecture_folder.iterdir():
        if file.name != "chat_template.jinja":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelError, match="Choose its Instruct version"):
        load_model(str(tmp_path))

    template = (other_architecture_folder / "chat_template.jinja").read_text()
    (tmp_path / "chat_template.json").write_text(json.dumps({"chat_template": template}))
    assert load_model(str(tmp_path)).answer(make_asks(max_tokens=2))[0].tokens == 2
