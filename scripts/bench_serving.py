"""Compares the batcher with one lock around the model, side by side under the same load."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gap_core.simulation.serving_load import LoadPlan, ServingFigures

QUESTIONS = (
    "What is in the picture?",
    "How many things are there?",
    "What colour is it?",
    "What is the weather like?",
    "Describe the picture.",
    "What is on the left?",
)


@click.command()
@click.option("--model", default="pocket", show_default=True, help="Model name or folder.")
@click.option("--quantize", type=click.Choice(["nf4"]), help="Load in 4 bit; default: full.")
@click.option("--players", default=20, show_default=True, help="Players at once.")
@click.option("--think-s", default=0.2, show_default=True, help="Mean pause of a player, s.")
@click.option("--block-s", default=8.0, show_default=True, help="Length of a block, s.")
@click.option("--blocks", default=6, show_default=True, help="Blocks of each way.")
@click.option("--max-batch", default=32, show_default=True, help="Answers in the making at most.")
@click.option(
    "--questions-a-picture", default=2, show_default=True, help="Questions before the next picture."
)
@click.option("--max-tokens", default=48, show_default=True, help="Tokens of an answer at most.")
@click.option("--seed", default=1, show_default=True, help="Seed of pictures and pauses.")
def main(model: str, quantize: str | None, max_tokens: int, seed: int, **load: Any) -> None:
    """Measure answers per second and time to the first word, batched against one lock.

    Example: python -m scripts.bench_serving --players 20 --blocks 6
    """
    from gap_core.hardware import describe_hardware
    from gap_core.simulation.serving_load import LoadPlan, measure_ways
    from models.errors import ModelError
    from models.registry import load_model

    plan = LoadPlan(seed=seed, **load)
    try:
        answering = load_model(model, quantize=quantize)
        asks = sample_asks(seed, max_tokens=max_tokens)
        with click.progressbar(length=2 * plan.blocks, label="Measuring", file=_stderr()) as bar:
            figures = measure_ways(answering, asks, plan=plan, on_block=lambda: bar.update(1))
    except ModelError as err:
        raise click.ClickException(str(err)) from err
    hardware = describe_hardware()
    click.echo(f"{hardware}\nmodel {model} ({answering.quantization}), {plan}\n")
    print_figures(figures, plan=plan, about={"model": model, "hardware": hardware})


def sample_asks(seed: int, *, count: int = 24, max_tokens: int = 48) -> list[Any]:
    """Questions on freshly drawn pictures, every one under the honest instruction."""
    from gap_core.pocket_world import render_scene, sample_scene
    from models.base import Ask
    from models.prompts import HONEST

    pictures = [render_scene(sample_scene(seed + n, things=1 + n % 6)) for n in range(count)]
    return [
        Ask(picture, QUESTIONS[n % len(QUESTIONS)], HONEST, max_tokens)
        for n, picture in enumerate(pictures)
    ]


def print_figures(figures: list[ServingFigures], *, plan: LoadPlan, about: dict[str, str]) -> None:
    """The table for people, then one JSON object."""
    from gap_core.simulation.serving_load import mean_interval, percentile, ratio_interval

    click.echo(f"{'way':<10} {'answers/s [95%]':<24} {'n':>6} {'first word p50':>15} {'p95':>8}")
    record: dict[str, Any] = {**about, "blocks": plan.blocks, "players": plan.players}
    for way in figures:
        rate = mean_interval(way.rates, seed=plan.seed)
        p50_s, p95_s = (percentile(way.first_word_s, share) for share in (0.5, 0.95))
        shown = f"{rate.mean:.2f} [{rate.low:.2f}, {rate.high:.2f}]"
        click.echo(
            f"{way.way:<10} {shown:<24} {sum(way.answers):>6} {p50_s:>13.2f} s {p95_s:>6.2f} s"
        )
        record[way.way.replace(" ", "_")] = {
            "answers_per_s": [rate.mean, rate.low, rate.high],
            "n": sum(way.answers),
            "first_word_p50_s": p50_s,
            "first_word_p95_s": p95_s,
        }
    times = ratio_interval(figures[1].rates, figures[0].rates, seed=plan.seed)
    click.echo(f"\nbatcher / one lock: {times.mean:.2f} [{times.low:.2f}, {times.high:.2f}] times")
    record["times"] = [times.mean, times.low, times.high]
    click.echo(json.dumps(record))


def _stderr() -> Any:
    return click.get_text_stream("stderr")


if __name__ == "__main__":
    main()
