"""What words say, read without a model: categories, equivalence of answers, changed facts.

The doors of this folder; called by labeling, dataset, evaluation and simulation.
"""

from gap_core.language.categories import CATEGORIES, CategoryGuess, category_of
from gap_core.language.changes import FactChange, changed_facts
from gap_core.language.equivalence import are_equivalent
from gap_core.language.strays import stray_words
from gap_core.language.tidying import spaced, tidied

__all__ = [
    "CATEGORIES",
    "CategoryGuess",
    "FactChange",
    "are_equivalent",
    "category_of",
    "changed_facts",
    "spaced",
    "stray_words",
    "tidied",
]
