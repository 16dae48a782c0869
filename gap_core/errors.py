"""What a person can mend, in words for that person."""


class GapError(Exception):
    """What is wrong, what was expected, what to do next; safe to show to a player."""
