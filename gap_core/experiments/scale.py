"""How much an experiment does. Called by the experiments and their script."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Scale:
    """The numbers of a run.

    Attributes:
        players, sessions: of a playtest.
        population: who plays, see gap_core/simulation/tempers.py.
        pictures: tainted and untainted ones in the deck.
        world: of the untainted ones: "basic", in which the pocket was taught, or "full", of which
            it was taught a part.
        labels: that the expert gives at most.
        theta: the expert is served what is selected above it.
        validation_share: of the labels; replay is only learnt.
        replay: questions on simple pictures and the pocket's own answers, for each label.
        epochs, rank, learning_rate, batch, strength: of LoRA.
        scenes: fresh ones, simple and crowded each, that no player saw.
        seeds: of repetitions, where an experiment compares two ways.
        seed: of players, deck, split and training.
    """

    players: int = 400
    sessions: int = 3
    population: str = "mixed"
    pictures: tuple[int, int] = (400, 800)
    world: str = "basic"
    labels: int = 4_000
    theta: float = 0.8
    validation_share: float = 0.3
    replay: float = 1.0
    epochs: float = 6
    rank: int = 16
    learning_rate: float = 1e-3
    batch: int = 16
    strength: float = 1.0
    scenes: int = 2_000
    seeds: tuple[int, ...] = (1, 2, 3)
    seed: int = 1


FULL = Scale()
# Honest players mark rightly nearly always, so few of them find many gaps.
QUICK = replace(
    FULL,
    players=100,
    sessions=2,
    population="honest",
    pictures=(120, 300),
    labels=600,
    scenes=400,
    epochs=4,
    seeds=(1,),
)

MORE_TRAPS = 4  # where the full world is played


def scale_of(world: str, *, is_quick: bool, seed: int) -> Scale:
    """The numbers of a run whose ordinary pictures are of that world.

    Most of what players ask about the full world the pocket has never heard of. There is more to
    learn, so more players meet more pictures and the rate is higher; and more of what it knows is
    seen again beside it, on more pictures, and the adapter is not served at its full strength.
    """
    scale = replace(QUICK if is_quick else FULL, seed=seed)
    if world != "full":
        return scale
    tainted, untainted = scale.pictures
    more = 1 if is_quick else 2
    return replace(
        scale,
        world=world,
        players=scale.players * more,
        labels=scale.labels * more,
        pictures=(tainted * MORE_TRAPS, untainted * more),
        rank=64,
        learning_rate=2e-3,
        epochs=5,
        strength=0.9,
        replay=2.0,
    )
