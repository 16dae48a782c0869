"""What lint may find, by name. Called by the rules, the report and the studio."""

from typing import Literal, NamedTuple

Where = Literal["question", "answer"]


class Rule(NamedTuple):
    """A named rule of lint.

    Attributes:
        says: what is the matter, for whoever mends it.
        leaves_out: whether a sample with it stays out of the dataset unless told otherwise.
    """

    says: str
    leaves_out: bool


RULES = {
    "empty": Rule("There are no words in it.", True),
    "refusal": Rule("The answer refuses to answer.", True),
    "hedge": Rule("The answer is not sure of itself.", False),
    "premise": Rule("The answer contradicts what the question takes for granted.", True),
    "language": Rule("It is not in English.", True),
    "off-picture": Rule("The question is not about the picture.", True),
    "personal": Rule("It holds personal data.", True),
    "markup": Rule("It holds words that models or pages take for commands.", True),
    "disagrees": Rule("Another sample of this picture answers the same question otherwise.", False),
}


class Finding(NamedTuple):
    """One thing that is wrong with one sample.

    Attributes:
        rule: a name in RULES.
        where: which text it is in.
        words: the words that show it; empty where there are none to show.
    """

    sample_id: str
    rule: str
    where: Where
    words: str
