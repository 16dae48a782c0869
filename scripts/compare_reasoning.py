"""Has a judge model compare how two models reason."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.option("--judge", required=True, help="Language model: a name, folder or server:URL#NAME.")
def main(ours: Path, theirs: Path, judge: str) -> None:
    """Print breadth and depth of the answers in OURS and THEIRS, and how often ours win.

    Both hold a JSON object a line: question, answer, and image where there is one.

    Example: python -m scripts.compare_reasoning new.jsonl old.jsonl --judge llama-3.1-8b
    """
    from gap_core.errors import GapError
    from gap_core.synthesis.reasoning_scores import compare_answers, rate_answers, read_answers
    from models.errors import ModelError
    from models.registry import load_language_model

    try:
        answers = {"ours": read_answers(ours), "theirs": read_answers(theirs)}
        model = load_language_model(judge)
        rated = {name: rate_answers(model, each) for name, each in answers.items()}
        won = compare_answers(model, answers["ours"], answers["theirs"])
    except (GapError, ModelError) as err:
        raise click.ClickException(str(err)) from err
    for name, ratings in rated.items():
        click.echo(f"{name}: breadth {ratings.breadth}, depth {ratings.depth}")
    click.echo(f"ours win: {won.score}; {won.wins} won, {won.losses} lost, {won.ties} neither")
    click.echo(f"the answer that stood first was preferred: {won.first_preferred}")
    record = {
        "win_rate": won.score.mean,
        "interval": None if won.score.interval is None else vars(won.score.interval),
        "unscored": won.score.unscored,
        "wins": won.wins,
        "losses": won.losses,
        "ties": won.ties,
        "margin": won.margin,
        "first_preferred": won.first_preferred.mean,
        "marks": {
            name: {"breadth": ratings.breadth.mean, "depth": ratings.depth.mean}
            for name, ratings in rated.items()
        },
    }
    click.echo(json.dumps(record))


if __name__ == "__main__":
    main()
