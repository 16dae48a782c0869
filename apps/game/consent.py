"""What players agree to. Change the version with every change of the words."""

CONSENT_VERSION = "1"
CONSENT = (
    "Some answers are wrong on purpose: finding them is the game. "
    "Other mistakes are the model's own.",
    "Your questions and verdicts are stored to find out what the model gets wrong and to teach "
    "it. They may be published, without your nickname.",
    "Nickname, team and points stand on a leaderboard that everyone here can see. "
    "Pick a name that isn't yours, and type nothing private.",
    "One cookie keeps you in your game. Nothing else follows you.",
)
