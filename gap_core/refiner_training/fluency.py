"""Rule checks of a refined answer: is it one well-formed sentence? Called by measure.py.

The rules know nothing of what the generator wrote; they look for what a reader would stumble over.
"""

import re
from collections.abc import Callable

_VERBS = re.compile(
    r"\b(?:is|are|was|were|am|be|has|have|had|do|does|did|can|cannot|could|will|would|may|might|"
    r"must|should|see|sees|show|shows|say|says|read|reads|look|looks|seem|seems|stand|stands|sit|"
    r"sits|wear|wears|hold|holds|count|think|guess|believe|know|feel|feels|belong|belongs)\b"
    r"|(?:'s|'re|'m|n't)\b"
)
_SHORT_SPELLINGS = re.compile(
    r"(?:^|\s)(?:n|u|r|&|w/|teh|hte|ppl|pic|smth|bc|wiht|isnt|arent|dont|doesnt|cant|didnt|wasnt|"
    r"thats|theres|whats|its (?:a|an|the|not|in|on)|im|i|infront|ontop|alot|nto|si)(?=[\s.,!?]|$)"
)
_NUMBER = r"(?:[2-9]|\d\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen)"
_SINGULAR_BE = re.compile(rf"\bthere (?:is|isn't|was) (?:about |only )?{_NUMBER}\b", re.IGNORECASE)
_PLURAL_BE = re.compile(
    r"\bthere are (?:only )?(?:one|1|an?(?! (?:few|dozen|lot|couple|pair)))\b", re.IGNORECASE
)
_WRONG_ARTICLE = re.compile(
    r"\ba (?!one\b|once|eu|ewe)[aeio]\w|\ba u[lmp]\w"
    r"|\ban (?!hour|honest|honou?r|heir)[b-df-hj-np-tv-z]\w",
    re.IGNORECASE,
)
_DOUBLED = re.compile(r"\b([A-Za-z]+) \1\b", re.IGNORECASE)
_DOUBLED_MAY = frozenset(("that", "had", "can"))
_SPACING = re.compile(r"\s{2,}| [.,!?;:]|[,;][A-Za-z]")
_STOPS = re.compile(r"[.!?]{2,}")
_INNER_STOP = re.compile(r"[!?]\s|(?<!\bno)(?<!\ba\.m)(?<!\bp\.m)\.\s")


def sentence_faults(text: str) -> tuple[str, ...]:
    """Names of the rules that the sentence breaks; empty where it reads well."""
    return tuple(name for name, is_broken in _RULES if is_broken(text))


def _has_doubled_word(text: str) -> bool:
    return any(
        found.group(1).lower() not in _DOUBLED_MAY for found in _DOUBLED.finditer(_unquoted(text))
    )


def _unquoted(text: str) -> str:
    """The text without what it quotes: a sign may say anything."""
    return re.sub(r'"[^"]*"', '"…"', text)


_RULES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("empty", lambda text: not text.strip()),
    ("small first letter", lambda text: text[:1].islower()),
    ("no stop at the end", lambda text: not re.search(r'[.!?]"?$', text)),
    ("several stops", lambda text: bool(_STOPS.search(_unquoted(text)))),
    ("more than one sentence", lambda text: bool(_INNER_STOP.search(_unquoted(text)))),
    ("no verb", lambda text: not _VERBS.search(text)),
    ("doubled word", _has_doubled_word),
    ("spacing", lambda text: text != text.strip() or bool(_SPACING.search(_unquoted(text)))),
    ("open quotes", lambda text: text.count('"') % 2 == 1),
    ("short spelling", lambda text: bool(_SHORT_SPELLINGS.search(_unquoted(text)))),
    ("is before several", lambda text: bool(_SINGULAR_BE.search(text))),
    ("are before one", lambda text: bool(_PLURAL_BE.search(text))),
    ("a for an", lambda text: bool(_WRONG_ARTICLE.search(_unquoted(text)))),
    ("shouting", lambda text: _unquoted(text).isupper() and len(text) > 12),
)
