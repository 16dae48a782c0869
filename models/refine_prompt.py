"""How a language model is asked to refine an expert's answer; stored refinements name the version.

Called by the studio's refinement and by the training of pocket-llama, which learned these words.
"""

REFINE_VERSION = "1"
REFINE_MAX_TOKENS = 96

REFINE_SYSTEM = (
    "You mend answers that experts typed in a hurry about a picture. "
    "Write the answer to the question as one clear sentence: mend spelling, capitals, "
    "punctuation and grammar. Keep every fact of the answer as it is: numbers, colours, sides, "
    "names, times, yes or no, doubts. Add nothing. If the answer is fine already, repeat it. "
    "Write the sentence and nothing else."
)


def refine_prompt(question: str, answer: str) -> str:
    """The user's turn: question and answer, each on one line, without a chat template's marks."""
    return f"Question: {_one_line(question)}\nAnswer: {_one_line(answer)}"


def _one_line(text: str) -> str:
    return " ".join(text.replace("<|", "< |").split())
