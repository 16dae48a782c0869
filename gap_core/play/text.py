"""What people type: cleaned before it is stored, and brought to a key where it is compared.

Escaping is the pages' work; here text is only made harmless to show, store and compare.
"""

import unicodedata

from gap_core.errors import PlayerError, Sentence

# Letters that draw nothing, so that a name of them alone would look empty.
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5")
DROPPED_CATEGORIES = frozenset({"Cc", "Cf"})  # control; format: bidi overrides, zero width, tags
SPACE_CATEGORIES = frozenset({"Zs", "Zl", "Zp"})
KEPT_IN_KEYS = frozenset("LMN")  # letters, the marks that belong to them, numbers
STACKING_CATEGORIES = frozenset({"Mn", "Me"})  # marks that take no place of their own
MOST_STACKED = 3
NEUTRAL_NAME = "left {}"  # of who took their words back, with a number
HIDDEN_NAME, HIDDEN_TEAM = "player {}", "team {}"  # where the host has hidden a rude one
NICKNAME, TEAM, QUESTION = Sentence("Nickname"), Sentence("Team"), Sentence("Question")


def clean_text(text: str) -> str:
    """The text on one line, without control, bidi and invisible characters.

    Lone surrogates, which no database takes, become U+FFFD. A fourth combining mark in a row
    goes: piles of them paint over the lines above.
    """
    kept = "".join(_clean_character(character) for character in text)
    return " ".join(_without_piles(kept).split())


def _without_piles(text: str) -> str:
    kept, height = [], 0
    for character in text:
        height = height + 1 if unicodedata.category(character) in STACKING_CATEGORIES else 0
        if height <= MOST_STACKED:
            kept.append(character)
    return "".join(kept)


def _clean_character(character: str) -> str:
    if character in "\t\n\r\v\f\x85":
        return " "
    category = unicodedata.category(character)
    if category in SPACE_CATEGORIES:
        return " "
    if category in DROPPED_CATEGORIES or character in BLANK_LETTERS:
        return ""
    return "\ufffd" if category == "Cs" else character


def storable_text(text: str) -> str:
    """The model's words as they came, less what a database can't hold."""
    return text.encode("utf-8", errors="replace").decode("utf-8").replace("\x00", "")


def _fold(text: str) -> str:
    # Folding can undo the normal form and the normal form can bring capitals back; a few
    # rounds always settle, and a key that is not settled would differ from its own key.
    for _ in range(4):
        folded = unicodedata.normalize("NFKC", text).casefold()
        if folded == text:
            break
        text = folded
    return text


def question_key(question: str) -> str:
    """The question as compared with others: only letters and digits count, in any case."""
    folded = _fold(question)
    words = "".join(
        character if unicodedata.category(character)[0] in KEPT_IN_KEYS else " "
        for character in folded
    )
    return " ".join(_fold(words).split())


def nickname_key(nickname: str) -> str:
    """The nickname as compared with others: case and forms of a character don't count."""
    return " ".join(_fold(nickname).split())


def checked_question(question: str, *, max_chars: int) -> str:
    """The cleaned question.

    Raises:
        GapError: it is empty or too long.
    """
    cleaned = clean_text(question)
    if not cleaned:
        raise PlayerError("The question is empty. Type what you want to know about the picture.")
    _check_length(QUESTION, cleaned, max_chars)
    return cleaned


def checked_nickname(nickname: str, *, max_chars: int, what: str = NICKNAME) -> str:
    """The cleaned nickname, or another name by which people know each other.

    Raises:
        GapError: nothing visible is in it, or it is too long.
    """
    cleaned = clean_text(nickname)
    if not any(unicodedata.category(character)[0] in "LNSP" for character in cleaned):
        raise PlayerError("{what} is empty. Type a name that others can read.", what=what)
    _check_length(what, cleaned, max_chars)
    return cleaned


def checked_team(team: str, *, max_chars: int) -> str:
    """The cleaned team name; empty means no team.

    Raises:
        GapError: it is too long.
    """
    cleaned = clean_text(team)
    _check_length(TEAM, cleaned, max_chars)
    return cleaned


def _check_length(what: str, text: str, max_chars: int) -> None:
    if len(text) > max_chars:
        raise PlayerError(
            "{what} is {length} characters; the limit is {limit}. Shorten it.",
            what=what,
            length=len(text),
            limit=max_chars,
        )
