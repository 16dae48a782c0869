"""Whether a text refuses to answer or hedges. Called by facts.py and by the dataset's lint."""

import re

_CANNOT = r"\b(?:can ?not|could not|unable to|not able to|not possible to|impossible to|"
_CANNOT += r"hard to|difficult to|not going to|will not|would not|do not want to|refuse to) "
_TELL = (
    r"(?:really |exactly |clearly |reliably |accurately |be |even )*(?:tell|determined?|say|"
    r"identif(?:y|ied)|answer|make (?:it |this |that )?out|know|provide|confirm|judge|assist|help|"
    r"discern|assess|verify|infer|guess|recognized?|read|"
    r"see (?:(?:the |this |any )?(?:image|picture|photo)|clearly|well|enough|what|"
    r"how|whether|it)\b)"
)
_REFUSALS = re.compile(
    _CANNOT + _TELL + r"|\b(?:do|does|did) not (?:really )?know\b|\bno idea\b|\bnot (?:really |"
    r"entirely |quite )?(?:sure|certain|clear|known|visible enough|enough information)\b|"
    r"\bunknown\b|\bunclear\b|\buncertain\b|\bunanswerable\b|\bas an ai\b|\bi am sorry\b|^sorry\b|"
    r"\bno way to (?:tell|know)\b|\b(?:idk|dunno)\b|\bnot answerable\b|^n ?/ ?a$|"
    r"\bi can only talk about the picture\b|\bdoes not (?:provide|show|contain) enough\b"
)
_HEDGES = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|likely|presumably|apparently|seemingly|might|may be|"
    r"could be|appears?|seems?|i think|i guess|i believe|i suppose|i assume|approximately|roughly|"
    r"supposedly|about (?=\d|a |one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"twenty|thirty|forty|fifty|half)|around (?=\d|a dozen|one|two|three|four|five|six|seven|eight|"
    r"nine|ten|eleven|twelve|twenty|thirty|forty|fifty|noon|midnight)|or so|sort of|"
    r"more or less|nearly|almost|must be|as far as i can (?:see|tell)|it looks like|looks like)\b"
)


def find_refusal(plain_text: str) -> str:
    """The words by which a plain text refuses to answer; empty where it does not."""
    found = _REFUSALS.search(plain_text)
    return found.group().strip() if found else ""


def find_hedge(plain_text: str) -> str:
    """The words by which a plain text hedges; empty where it does not."""
    found = _HEDGES.search(plain_text)
    return found.group().strip() if found else ""
