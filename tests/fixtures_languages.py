"""Messages of the game as its catalogs hold them, and words that languages share."""

from babel.messages.catalog import Message

# Words that another language spells as English does.
SAME: dict[str, set[str]] = {
    "de": {"Team", "+{xp} XP.", "Level {level}"},
    "fr": {"Question", "+{xp} XP.", "point", "points", "{n} point.", "{n} points."},
    "es": {"+{xp} XP."},
    "zh": set(),
    "hi": set(),
}


def sources(message: Message) -> list[str]:
    """The English of a message, or of both its numbers."""
    return [message.id] if isinstance(message.id, str) else list(message.id)
