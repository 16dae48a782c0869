"""How well the understander reads wordings of the pocket world's forms that it was not given.

Called by scripts/measure_language.py.
"""

import random
from dataclasses import dataclass, field
from functools import cache

from gap_core.language.case_files import form_cases
from gap_core.language.scenes import sample_scenes
from gap_core.language.tally import ClusterTally
from gap_core.language.understand import read_form
from gap_core.pocket_world.edition import EDITIONS
from gap_core.pocket_world.forms import FORMS
from gap_core.pocket_world.scene import Scene

_FIRST_SEED = 630_000_000  # far from the seeds that slots are learnt from
_SCENES, _TRIES = 80, 200
OFF_TOPIC = "off_topic"


@dataclass
class FormReport:
    """Wordings filled in for random scenes: understood, misunderstood, not understood."""

    right: ClusterTally = field(default_factory=ClusterTally)
    wrong: ClusterTally = field(default_factory=ClusterTally)  # worse than not understood
    misses: list[str] = field(default_factory=list)


def check_forms(
    edition_name: str,
    *,
    rounds: int,
    table: str = "forms_heldout",
    slips: bool = False,
    seed: int = 1,
) -> FormReport:
    """Fill each wording of a table so many times and read it, if need be with a slip of typing."""
    rng = random.Random(f"forms check {edition_name} {seed}")
    report = FormReport()
    for form, wording in form_cases(table):
        if form.removesuffix("_person") not in EDITIONS[edition_name].forms:
            continue
        for _ in range(1 if form == OFF_TOPIC else rounds):
            filled = _fill(edition_name, form, wording, rng)
            if filled is not None:
                typed = with_slip(filled[2], rng) if slips else filled[2]
                _count(report, (edition_name, wording), filled, typed)
    return report


def _fill(
    edition_name: str, form: str, wording: str, rng: random.Random
) -> tuple[str, tuple[str, ...], str] | None:
    """The form, random arguments that go with the wording, and the words."""
    if form == OFF_TOPIC:
        return form, (), wording
    name = form.removesuffix("_person")
    for _ in range(_TRIES):
        args = FORMS[name].sample(rng.choice(_scenes(edition_name)), rng)
        if args is None:
            continue
        words = FORMS[name].words(EDITIONS[edition_name], args, rng)
        if name != form and "garment" not in words:
            continue  # a dog is not dressed
        if all(f"{{{brace}}}" not in wording or brace in words for brace in _braces(wording)):
            return name, args, wording.format(**words)
    return None


def _braces(wording: str) -> list[str]:
    return [part.split("}")[0] for part in wording.split("{")[1:]]


@cache
def _scenes(edition_name: str) -> tuple[Scene, ...]:
    edition = EDITIONS[edition_name]
    return tuple(sample_scenes(edition, first_seed=_FIRST_SEED, count=_SCENES))


def _count(
    report: FormReport,
    source: tuple[str, str],
    filled: tuple[str, tuple[str, ...], str],
    typed: str,
) -> None:
    form, args, _ = filled
    edition_name, wording = source
    fit = read_form(typed, edition_name)
    if form == OFF_TOPIC:
        is_right = fit is None or fit.form == form
    else:
        is_right = fit is not None and (fit.form, fit.args) == (form, args)
    report.right.add(wording, is_hit=is_right)
    report.wrong.add(wording, is_hit=not is_right and fit is not None)
    if not is_right:
        read = "nothing" if fit is None else f"{fit.form} {' '.join(fit.args)}"
        report.misses.append(f"{form} {' '.join(args)} | {typed} -> {read}")


def with_slip(text: str, rng: random.Random) -> str:
    """The text with one letter left out, doubled or swapped with the next inside a long word."""
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) >= 5 and word[:5].isalpha()]
    if not long:
        return text
    at = rng.choice(long)
    word = words[at]
    place = rng.randrange(1, 4)
    slipped = rng.choice(
        (
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        )
    )
    return " ".join([*words[:at], slipped, *words[at + 1 :]])
