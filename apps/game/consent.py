"""What players agree to. Change the version with every change of the words, in any language."""

from apps.game.languages import BY_CODE
from gap_core.errors import Sentence

CONSENT_VERSION = "2"
CONSENT = (
    Sentence(
        "Some answers are wrong on purpose: finding them is the game. "
        "Other mistakes are the model's own."
    ),
    Sentence(
        "Your questions and verdicts are stored to find out what the model gets wrong and to teach "
        "it. They may be published, without your nickname."
    ),
    Sentence(
        "Nickname, team and points stand on a leaderboard that everyone here can see. "
        "Pick a name that isn't yours, and type nothing private."
    ),
    Sentence(
        "One cookie keeps you in your game, another keeps your language. Nothing else follows you."
    ),
)


def consent_version(code: str) -> str:
    """What is stored with the agreement: which text, and the language it was read in."""
    return f"{CONSENT_VERSION}-{code}"


def is_consent_version(version: str) -> bool:
    """Whether somebody can agree to this today, in whatever language."""
    return version in {consent_version(code) for code in BY_CODE}
