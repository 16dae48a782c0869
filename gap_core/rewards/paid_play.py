"""Whose play is paid: those whose marks show that they look at the answers. Called by rewards.

A posterior alone can't decide it: where the model errs often, whoever marks everything Wrong has a
high one. On a trap the coin that decides how a question is answered is ours, so a mark that is made
without regard to the answer agrees with the coin half of the time, whatever the strategy, and a
player can't choose when that is. Only questions that nobody has asked of that trap before count,
since how they are answered can be known from nobody.
"""

import math

from scipy.special import betainc, betaln

from db.reward_store import FreshMarks

FALSE_PAYMENTS = 0.05  # the chance that any of all accounts that don't look is paid


def evidence(marked: int, matched: int, *, by_chance: float = 0.5) -> float:
    """How many times likelier these marks are of somebody who looks than of one who doesn't.

    The likelihood ratio of agreeing with the coin more often than by chance, averaged over all
    rates above chance alike. Whoever doesn't look reaches a value of x, ever and whenever they
    stop, with a chance of at most 1/x.

    Args:
        marked: fresh questions on traps that were marked.
        matched: of them, marked as the model had been told to answer.
        by_chance: how often the best mark that is made without looking agrees; in (0, 1).

    Source: Ville's inequality for a mixture of likelihood ratios (Ville 1939; Robbins 1970).
    """
    hits, misses = matched + 1, marked - matched + 1
    above = betainc(misses, hits, 1 - by_chance)  # P(rate > chance), flat beforehand
    if above == 0:
        return 0.0
    log_share = betaln(hits, misses) + math.log(above) - math.log(1 - by_chance)
    log_chance = matched * math.log(by_chance) + (marked - matched) * math.log(1 - by_chance)
    return math.exp(min(700.0, log_share - log_chance))


def is_paid(marks: FreshMarks, *, wrong_rate: float = 0.5) -> bool:
    """Whether this player's rewards are paid as of now.

    The more accounts there are, the more evidence is asked of each, so that a farm of any size
    gains nothing by being large.
    """
    if marks.is_doubted or marks.marked == 0 or not 0 < wrong_rate < 1:
        return False
    found = evidence(marks.marked, marks.matched, by_chance=max(wrong_rate, 1 - wrong_rate))
    return found >= max(1, marks.accounts) / FALSE_PAYMENTS
