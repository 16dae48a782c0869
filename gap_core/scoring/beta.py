"""The Beta distribution: its distribution function and quantiles. Called by the posteriors."""

from math import exp, lgamma, log, log1p

MAX_TERMS = 500
PRECISION = 1e-14
TINY = 1e-300


def beta_cdf(x: float, *, a: float, b: float) -> float:
    """P(X <= x) for X ~ Beta(a, b).

    Raises:
        ValueError: a or b is not above 0.

    Source: NIST Digital Library of Mathematical Functions, 8.17.22, by Lentz's method.
    """
    if not (a > 0 and b > 0):
        raise ValueError(f"Beta({a}, {b}) has no distribution; both must be above 0.")
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on the other side only
        return 1 - beta_cdf(1 - x, a=b, b=a)
    log_front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return min(1.0, exp(log_front) / (a * _fraction(x, a, b)))


def _fraction(x: float, a: float, b: float) -> float:
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, MAX_TERMS):
        m = term // 2
        if term % 2 == 0:
            numerator = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            numerator = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / _away_from_zero(1 + numerator * d)
        c = _away_from_zero(1 + numerator / c)
        value *= c * d
        if abs(c * d - 1) < PRECISION:
            break
    return value


def _away_from_zero(value: float) -> float:
    return TINY if abs(value) < TINY else value


def beta_quantile(share: float, *, a: float, b: float) -> float:
    """The x with P(X <= x) = share for X ~ Beta(a, b), by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if beta_cdf(middle, a=a, b=b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
