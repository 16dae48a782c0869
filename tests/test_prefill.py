# Reading prompts ahead, and what is read only once: never more than may show in the time.
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.prompts import HONEST, WRONG
from models.transformers_vlm import TransformersVLM
from tests.test_adapters import EVERYTHING, save_adapter
from tests.test_transformers_vlm import make_asks, noise_picture


@pytest.fixture
def pocket(random_pocket_folder: Path) -> TransformersVLM:
    return TransformersVLM.load(random_pocket_folder, name="random")


@pytest.fixture
def read(pocket: TransformersVLM) -> list[int]:
    """How many tokens went through the language model at once, pass by pass."""
    widths: list[int] = []
    language = pocket._model.model.language_model

    def note(_layer: Any, _args: Any, kwargs: Any) -> None:
        widths.append(kwargs["inputs_embeds"].shape[1])

    language.register_forward_pre_hook(note, with_kwargs=True)
    return widths


def test_instruction_is_read_once_for_all_players(pocket: TransformersVLM, read: list[int]) -> None:
    ask = replace(make_asks()[0], system=HONEST)
    for scope in ("anna", "ben"):
        pocket.prepare(replace(ask, scope=scope))

    beginning, *rest = read
    assert rest[0] == rest[1]
    assert len(rest) == 2 and beginning + rest[0] >= pocket.prompt_tokens(ask)


@pytest.mark.parametrize("second", [HONEST, WRONG])
def test_second_question_on_a_picture_reads_as_much_as_the_first(
    pocket: TransformersVLM, read: list[int], second: str
) -> None:
    # Were the picture's tokens remembered under one instruction, a quick second answer would tell
    # that no other instruction was given, and slow ones that the picture is a trap.
    ask = replace(make_asks()[0], scope="anna", system=HONEST)
    for system in (HONEST, WRONG):
        pocket.prepare(replace(ask, scope="nobody", system=system))
    read.clear()
    pocket.prepare(ask)
    pocket.prepare(replace(ask, system=second))

    assert len(read) == 2 and read[0] == read[1]


def test_remembered_picture_is_not_processed_again(
    pocket: TransformersVLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = replace(make_asks()[0], scope="anna")
    processed = []
    process = pocket._process
    monkeypatch.setattr(pocket, "_process", lambda ask: (processed.append(1), process(ask))[1])
    prompts = [pocket.prepare(replace(ask, question=q)).prepared.prompt for q in ("What?", "Who?")]

    assert len(processed) == 1
    assert [len(prompt.ids) for prompt in prompts] == [
        pocket.prompt_tokens(replace(ask, question=question)) for question in ("What?", "Who?")
    ]


def test_prompts_read_side_by_side_are_answered_as_those_read_ahead(
    random_pocket: TransformersVLM, hybrid_pocket: TransformersVLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model in (random_pocket, hybrid_pocket):
        ahead = [reply.text for reply in model.answer(make_asks())]
        monkeypatch.setattr(model, "serves_on_cpu", False)  # as on a GPU
        asks = [model.prepare(ask) for ask in make_asks()]

        assert [ask.prepared.read for ask in asks] == [None] * len(asks)
        assert [reply.text for reply in model.answer(asks)] == ahead


def test_prepared_question_may_be_answered_twice(random_pocket: TransformersVLM) -> None:
    asks = [random_pocket.prepare(ask) for ask in make_asks()]
    first = [reply.text for reply in random_pocket.answer(asks)]

    assert [reply.text for reply in random_pocket.answer(asks)] == first


def test_nothing_is_remembered_of_an_adapter_whose_name_another_takes(
    pocket: TransformersVLM, random_pocket_folder: Path, tmp_path: Path
) -> None:
    asks = [replace(ask, scope="anna") for ask in make_asks()]
    texts = []
    for seed in (1, 2, 1):
        folder = tmp_path / str(seed)
        save_adapter(random_pocket_folder, folder, seed=seed, targets=EVERYTHING)
        pocket.adapters.load("dusk", folder)
        pocket.adapters.choose("dusk")
        texts.append([reply.text for reply in pocket.answer(asks)])
        pocket.adapters.choose(None)
        pocket.adapters.unload("dusk")

    assert texts[0] == texts[2] != texts[1]


def test_prompt_that_a_processor_changes_elsewhere_is_refused(
    pocket: TransformersVLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Then the tokens around a remembered picture would not be those of a fresh one.
    monkeypatch.setattr(pocket, "_prompt", lambda ask: f"{ask.question} <|image_pad|>")
    before = pocket._text_ids(make_asks()[0])
    monkeypatch.setattr(pocket, "_text_ids", lambda ask: (before[0][1:], before[1]))

    with pytest.raises(ValueError, match="more of a prompt than its picture's place"):
        pocket.prepare(replace(make_asks()[0], image=noise_picture(3)))
