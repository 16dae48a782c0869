"""Players who know the traps and enter anything on other pictures: how to notice them, since when.

Called by play, whenever the population is fitted again, and by the validation.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import betaln

from gap_core.scoring.population import Population

FALSE_ALARMS = 0.01  # of players who behave alike on both kinds, at most so many are doubted
BLOCK_ROWS = 256  # small enough for the processor to keep


@dataclass(frozen=True)
class SessionMarks:
    """Untainted verdicts, session by session, of each player from the first session to the last.

    Attributes:
        player: (S,) number of the player, ascending.
        marks: (S, 2) verdicts Wrong and Correct in that session.
    """

    player: np.ndarray
    marks: np.ndarray

    @cached_property
    def starts(self) -> np.ndarray:
        """(P,) where each player's first session stands, for the players who have one."""
        return np.flatnonzero(np.diff(self.player, prepend=-1))

    @cached_property
    def lengths(self) -> np.ndarray:
        """(P,) how many sessions each of them has."""
        return np.diff(np.append(self.starts, len(self.player)))

    @cached_property
    def place(self) -> np.ndarray:
        """(S,) how many sessions the player had before."""
        return np.arange(len(self.player)) - np.repeat(self.starts, self.lengths)

    @cached_property
    def before(self) -> np.ndarray:
        """(S, 2) the player's verdicts in all sessions before."""
        sums = np.cumsum(self.marks, axis=0) - self.marks
        return sums - np.repeat(sums[self.starts], self.lengths, axis=0)


class Doubts(NamedTuple):
    """Of each player, (N,).

    Attributes:
        surprise: logarithm of the Bayes factor for "enters anything since some session".
        since: place of the session from which on that is likeliest; NEVER where there is no doubt.
    """

    surprise: np.ndarray
    since: np.ndarray


NEVER = np.iinfo(np.int64).max


def doubts_of(population: Population, rows: np.ndarray, sessions: SessionMarks) -> Doubts:
    """Whose untainted verdicts fit a rate of their own better than the player's own h and f.

    The player's place in the population is judged by all tainted verdicts, which learners enter
    with care, and by untainted ones before the change. Against it stands a rate of Wrong that has
    nothing to do with them, uniform on 0 to 1, from some session on: from the first with
    probability one half, else from any, each as likely. The ratio of the two likelihoods, a Bayes
    factor, exceeds 1 / a with a probability of at most a = FALSE_ALARMS in players who behave
    alike on both kinds of pictures, at any one moment.

    Args:
        population: as fitted.
        rows: (N, 8) counts of all verdicts.
        sessions: the untainted ones among them by session, players numbered as `rows`.

    Source: Good 1950; a change point as in Barry & Hartigan 1993.
    """
    surprise = np.zeros(len(rows))
    since = np.full(len(rows), NEVER)
    if len(sessions.player):
        starts, limit = sessions.starts, -np.log(FALSE_ALARMS)
        factors = _log_factors(population, rows, sessions) + _log_prior(sessions)
        surprise[sessions.player[starts]] = np.logaddexp.reduceat(factors, starts)
        best = np.repeat(np.maximum.reduceat(factors, starts), sessions.lengths)
        likeliest = np.flatnonzero((factors == best) & (surprise[sessions.player] >= limit))[::-1]
        since[sessions.player[likeliest]] = sessions.place[likeliest]  # of equals the earliest
    return Doubts(surprise, since)


def trusted_rows(rows: np.ndarray, sessions: SessionMarks, since: np.ndarray) -> np.ndarray:
    """(N, 8) the counts without untainted verdicts from the doubted session on.

    Findings of experts go with them: there are never more of those than verdicts.
    """
    trusted = rows.copy()
    is_doubted = sessions.place >= since[sessions.player]
    np.subtract.at(trusted[:, 4:6], sessions.player[is_doubted], sessions.marks[is_doubted])
    trusted[since != NEVER, 6:] = 0
    return trusted


def _log_prior(sessions: SessionMarks) -> np.ndarray:
    """(S,) one half for the first session, and one half spread evenly over all."""
    prior = np.repeat(0.5 / sessions.lengths, sessions.lengths)
    prior[sessions.starts] += 0.5
    return np.log(prior)


def _log_factors(population: Population, rows: np.ndarray, sessions: SessionMarks) -> np.ndarray:
    """(S,) log Bayes factor of a change at each session against none."""
    own, before = rows[sessions.player], sessions.before
    after = own[:, 4:6] - before
    unchanged = np.column_stack([own[:, :4], before])
    factors = betaln(after[:, 0] + 1, after[:, 1] + 1) + _log_evidence(population, unchanged)
    return factors - _log_evidence(population, rows[:, :6])[sessions.player]


def _log_evidence(population: Population, rows: np.ndarray) -> np.ndarray:
    """(B,) log probability of verdicts (B, 6) of somebody of the population."""
    shares = population.log_shares[:6].astype(np.float32)  # (6, G)
    log_weights = np.log(population.weights).astype(np.float32)
    found = np.empty(len(rows))
    for start in range(0, len(rows), BLOCK_ROWS):
        logs = rows[start : start + BLOCK_ROWS].astype(np.float32) @ shares + log_weights  # (B, G)
        most = logs.max(axis=1)
        logs -= most[:, None]
        found[start : start + BLOCK_ROWS] = most + np.log(np.exp(logs, out=logs).sum(axis=1))
    return found
