# LoRA adapters on the pocket's real classes: loaded, swapped and unloaded while it answers.
from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from models.adapters import check_trained_on
from models.base import Ask
from models.batching import Batcher
from models.errors import ModelError
from models.registry import OWN_FOLDERS, load_model
from models.transformers_vlm import TransformersVLM
from tests.test_transformers_vlm import Listening, make_asks
from tests.waiting import wait_until

ATTENTION = r".*language_model.*\.(q|k|v|o)_proj"
EVERYTHING = r".*(q|k|v|o|up|down|gate)_proj"


def save_adapter(base_folder: Path, folder: Path, *, seed: int, targets: str = ATTENTION) -> None:
    """An adapter as training writes it, but with random weights in both of its halves."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForImageTextToText

    torch.manual_seed(seed)
    model = AutoModelForImageTextToText.from_pretrained(base_folder)
    adapted = get_peft_model(model, LoraConfig(r=4, lora_alpha=64, target_modules=targets))
    for name, weight in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.3)
    adapted.save_pretrained(folder)


@pytest.fixture(scope="module")
def adapters(random_pocket_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two adapters, `day` and `night`; `night` changes the image tower too."""
    folder = tmp_path_factory.mktemp("adapters")
    save_adapter(random_pocket_folder, folder / "day", seed=1)
    save_adapter(random_pocket_folder, folder / "night", seed=2, targets=EVERYTHING)
    return folder


@pytest.fixture
def model(random_pocket_folder: Path, adapters: Path) -> TransformersVLM:
    made = TransformersVLM.load(random_pocket_folder, name="random")
    for name in ("day", "night"):
        made.adapters.load(name, adapters / name)
    return made


def texts_by(model: TransformersVLM, adapter: str | None, asks: list[Ask]) -> list[str]:
    model.adapters.choose(adapter)
    replies = model.answer(asks)
    assert {reply.adapter for reply in replies} == {adapter}
    return [reply.text for reply in replies]


def test_each_adapter_answers_as_peft_answers(
    model: TransformersVLM, random_pocket_folder: Path, adapters: Path
) -> None:
    from peft import PeftModel
    from transformers import AutoModelForImageTextToText

    asks = make_asks()
    for name in ("day", "night"):
        base = AutoModelForImageTextToText.from_pretrained(random_pocket_folder)
        merged = PeftModel.from_pretrained(base, adapters / name).merge_and_unload()
        reference = TransformersVLM(merged, model._processor, name="reference", quantization="fp32")

        assert texts_by(model, name, asks) == [reply.text for reply in reference.answer(asks)]


def test_swapping_back_gives_the_old_answers(
    model: TransformersVLM, random_pocket: TransformersVLM
) -> None:
    asks = make_asks()
    plain = [reply.text for reply in random_pocket.answer(asks)]
    day, night = texts_by(model, "day", asks), texts_by(model, "night", asks)

    assert len({tuple(plain), tuple(day), tuple(night)}) == 3
    assert texts_by(model, None, asks) == plain
    assert texts_by(model, "day", asks) == day


def test_loading_another_changes_no_answer(model: TransformersVLM, adapters: Path) -> None:
    asks = make_asks()
    day = texts_by(model, "day", asks)
    model.adapters.load("dusk", adapters / "night")

    assert texts_by(model, "day", asks) == day


def test_unloaded_adapter_leaves_nothing_behind(
    model: TransformersVLM, random_pocket: TransformersVLM
) -> None:
    texts_by(model, "day", make_asks())
    plain = texts_by(model, None, make_asks())
    model.adapters.unload("day")
    model.adapters.unload("night")

    assert plain == [reply.text for reply in random_pocket.answer(make_asks())]
    assert [name for name, _ in model._model.named_parameters() if "lora" in name] == []
    with pytest.raises(ModelError, match="No adapter 'day' is loaded"):
        model.adapters.choose("day")


def test_answer_in_the_making_ends_with_the_adapter_it_began_with(model: TransformersVLM) -> None:
    asks = make_asks()
    expected = texts_by(model, "day", asks)[0], texts_by(model, "night", asks)[1]
    model.adapters.choose("day")
    first, second = Listening(asks[0]), Listening(asks[1])
    turns: list[Sequence[Listening]] = [[first], [], [second]]

    def take(running: int) -> Sequence[Listening]:
        if len(turns) == 2:
            model.adapters.choose("night")
        return turns.pop(0) if turns else []

    model.serve(take)

    assert (first.reply.text, second.reply.text) == expected
    assert (first.reply.adapter, second.reply.adapter) == ("day", "night")


def test_picture_that_another_adapter_looked_at_is_looked_at_again(
    model: TransformersVLM,
) -> None:
    asks = [Ask(ask.image, ask.question, ask.system, 12, scope="anna") for ask in make_asks()]
    expected = texts_by(model, "night", make_asks())
    model.adapters.choose(None)
    model.answer(asks)
    prepared = [model.prepare(ask) for ask in asks]

    assert texts_by(model, "night", prepared) == expected


def test_no_question_is_dropped_while_adapters_come_and_go(
    model: TransformersVLM, adapters: Path
) -> None:
    asks = make_asks()
    expected = {name: texts_by(model, name, asks) for name in (None, "day", "night")}
    done = threading.Event()
    wrong: list[Any] = []
    answered: list[str | None] = []

    def play(batcher: Batcher, number: int) -> None:
        while not done.is_set():
            ticket = batcher.submit(asks[number], player_id=f"player {number}")
            reply = list(ticket.updates())[-1].reply
            answered.append(reply.adapter)
            if reply.text != expected[reply.adapter][number]:
                wrong.append((reply, number))

    with closing(Batcher(model)) as batcher:
        players = [threading.Thread(target=play, args=(batcher, n)) for n in range(len(asks))]
        for player in players:
            player.start()
        for name in ("day", "night", None, "day", None):
            model.adapters.choose(name)
            answered.clear()
            wait_until(partial(answered.__contains__, name), limit_s=60)  # each of them answers
        model.adapters.unload("night")
        model.adapters.load("night", adapters / "night")
        done.set()
        for player in players:
            player.join()

    assert wrong == []


def test_adapter_on_4_bit_weights_answers(random_pocket_folder: Path, adapters: Path) -> None:
    made = TransformersVLM.load(random_pocket_folder, name="random", quantize="nf4")
    made.adapters.load("day", adapters / "day")
    plain = texts_by(made, None, make_asks())

    assert texts_by(made, "day", make_asks()) != plain
    assert texts_by(made, None, make_asks()) == plain


def test_chosen_adapter_is_not_unloaded(model: TransformersVLM) -> None:
    model.adapters.choose("day")

    with pytest.raises(ModelError, match="answers new questions. Choose another first"):
        model.adapters.unload("day")


@pytest.mark.parametrize("name", ["day", "a.b", ""])
def test_name_that_is_taken_or_unfit_is_refused(
    model: TransformersVLM, adapters: Path, name: str
) -> None:
    with pytest.raises(ModelError, match="can't be an adapter's name here"):
        model.adapters.load(name, adapters / "day")


def test_folder_without_adapter_is_refused(model: TransformersVLM, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No adapter at"):
        model.adapters.load("new", tmp_path)
    (tmp_path / "adapter_config.json").write_text(json.dumps({"peft_type": "IA3"}))
    with pytest.raises(ModelError, match="is a 'IA3'; expected LORA"):
        model.adapters.load("new", tmp_path)


@pytest.mark.parametrize("model", ["pocket-full", str(OWN_FOLDERS["pocket-full"])])
def test_adapter_of_a_model_of_the_same_shape_is_refused(
    adapters: Path, tmp_path: Path, model: str
) -> None:
    config = json.loads((adapters / "day" / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "pocket"
    (tmp_path / "adapter_config.json").write_text(json.dumps(config))

    with pytest.raises(ModelError, match="was trained on 'pocket', not on 'pocket-full'"):
        load_model(model, adapter=tmp_path)
    check_trained_on(tmp_path, "pocket")
    check_trained_on(tmp_path, "another/checkpoint")


def test_adapter_of_another_model_is_refused_and_forgotten(
    model: TransformersVLM, adapters: Path, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(adapters / "day" / "adapter_model.safetensors")
    wider = {name.replace("layers.0", "layers.9"): weight for name, weight in weights.items()}
    save_file(wider, tmp_path / "adapter_model.safetensors")
    config = (adapters / "day" / "adapter_config.json").read_text()
    (tmp_path / "adapter_config.json").write_text(config)
    before = texts_by(model, "day", make_asks())

    with pytest.raises(ModelError, match="doesn't fit this model"):
        model.adapters.load("new", tmp_path)
    assert texts_by(model, "day", make_asks()) == before


def test_adapter_answers_from_the_start(random_pocket_folder: Path, adapters: Path) -> None:
    started = load_model(str(random_pocket_folder), adapter=adapters / "day")
    label = f"{adapters.name}_day"

    assert started.adapter == label
    assert {reply.adapter for reply in started.answer(make_asks(max_tokens=2))} == {label}


def test_idle_model_switches_at_once(model: TransformersVLM) -> None:
    # An unload would wait for the next question otherwise, and nobody may ask one.
    model.adapters.choose("day")
    model.adapters.choose(None)
    model.adapters.unload("day")

    assert model.adapters.active is None
