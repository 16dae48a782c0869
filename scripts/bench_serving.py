"""Compares ways of serving one model to many players under the same load, in one run."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from models.base import Ask, VisionModel

QUESTIONS = (
    "What is in the picture?",
    "How many things are there?",
    "What colour is it?",
    "What is the weather like?",
    "Describe the picture.",
    "What is on the left?",
)
FILLER = " Look closely and take your time."
PICTURE_PX = (640, 428)  # as in the GAP paper's table 2


@click.command()
@click.option("--model", default="pocket", show_default=True, help="Model name or folder.")
@click.option("--quantize", type=click.Choice(["nf4", "full"]), help="As for ./scripts/play.")
@click.option("--players", multiple=True, type=int, help="At once; repeatable.  [default: 20]")
@click.option("--think-s", default=0.2, show_default=True, help="Mean pause of a player, s.")
@click.option("--block-s", default=8.0, show_default=True, help="Length of a block, s.")
@click.option("--blocks", default=6, show_default=True, help="Blocks of each way.")
@click.option("--max-batch", default=32, show_default=True, help="Answers in the making at most.")
@click.option(
    "--questions-a-picture", default=2, show_default=True, help="Questions before the next picture."
)
@click.option("--max-tokens", default=48, show_default=True, help="Tokens of an answer at most.")
@click.option("--input-tokens", default=250, show_default=True, help="Tokens of a prompt at least.")
@click.option(
    "--filler",
    type=click.Choice(["question", "instruction"]),
    default="question",
    show_default=True,
    help="Which part of a prompt is made that long.",
)
@click.option("--servers", is_flag=True, help="Against transformers serve and vLLM too.")
@click.option("--seed", default=1, show_default=True, help="Seed of pictures and pauses.")
def main(
    model: str,
    quantize: str | None,
    players: tuple[int, ...],
    max_tokens: int,
    input_tokens: int,
    filler: str,
    servers: bool,
    **load: Any,
) -> None:
    """Measure answers, tokens and first words: batcher, one lock, and other servers.

    Example: python -m scripts.bench_serving --players 1 --players 8 --players 32 --blocks 3
    """
    from gap_core.hardware import describe_hardware
    from gap_core.simulation.serving_load import LoadPlan
    from gap_core.simulation.serving_report import add_servers, measure_all, record_of, table_of
    from models.errors import ModelError
    from models.registry import load_model

    plans = [LoadPlan(players=count, **load) for count in players or (20,)]
    blocks = sum(2 * plan.blocks for plan in plans)
    try:
        answering = load_model(model, quantize=quantize)
        asks = [
            lengthened(ask, answering, input_tokens=input_tokens, filler=filler)
            for ask in sample_asks(plans[0].seed, max_tokens=max_tokens)
        ]
        with click.progressbar(length=blocks, label="Measuring", file=sys.stderr) as bar:
            figures = measure_all(answering, asks, plans=plans, on_block=lambda: bar.update(1))
        misses = add_servers(figures, model, asks, plans=plans) if servers else []
    except ModelError as err:
        raise click.ClickException(str(err)) from err
    click.echo(f"{describe_hardware()}\nmodel {model} ({answering.quantization})")
    for plan in plans:
        click.echo("\n" + "\n".join(table_of(figures[plan.players], plan=plan)))
    for miss in misses:
        click.echo(f"\nNot measured: {miss}")
    about = {"model": model, "quantization": answering.quantization, "filler": filler}
    loads = [record_of(figures[plan.players], plan=plan) for plan in plans]
    hardware = describe_hardware()
    click.echo(json.dumps({**about, "hardware": hardware, "loads": loads, "misses": misses}))


def sample_asks(seed: int, *, count: int = 24, max_tokens: int = 48) -> list[Ask]:
    """Questions on freshly drawn pictures, every one under the honest instruction."""
    from gap_core.pocket_world import render_scene, sample_scene
    from models.base import Ask
    from models.prompts import HONEST

    pictures = [render_scene(sample_scene(seed + n, things=1 + n % 6)) for n in range(count)]
    return [
        Ask(picture.resize(PICTURE_PX), QUESTIONS[n % len(QUESTIONS)], HONEST, max_tokens)
        for n, picture in enumerate(pictures)
    ]


def lengthened(ask: Ask, model: VisionModel, *, input_tokens: int, filler: str) -> Ask:
    """The ask with as much said in its question or its instruction as makes a prompt that long."""
    from dataclasses import replace

    count_tokens = getattr(model, "prompt_tokens", None)
    while count_tokens is not None and count_tokens(ask) < input_tokens:
        if filler == "question":
            ask = replace(ask, question=ask.question + FILLER)
        else:
            ask = replace(ask, system=ask.system + FILLER)
    return ask


if __name__ == "__main__":
    main()
