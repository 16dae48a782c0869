"""Which questions are answered wrong on purpose. Called by the game when a question is asked."""

import hashlib
import hmac
from dataclasses import dataclass, field

DRAW_BITS = 64
SEPARATOR = "\x1f"  # in no id and in no question key


@dataclass(frozen=True)
class WrongDraw:
    """A coin that falls the same way whenever the same question is asked of the same picture.

    By whomever and in whichever session: two accounts that compare their answers see no
    difference, and asking again can't show that the coin was tossed. Without the secret nobody
    can foretell it. A question in other words is another question: on a trap half of its
    wordings are answered wrong, so a player who asks the same thing twice in different words
    may see the answers disagree, as they also do where the model is unsure.
    """

    secret: bytes = field(repr=False)
    rate: float

    def __post_init__(self) -> None:
        """Refuse a secret that could be guessed."""
        if len(self.secret) < 16:
            raise ValueError(f"The secret is {len(self.secret)} bytes; at least 16 are needed.")

    def is_wrong(self, image_id: str, *, question_key: str) -> bool:
        """Whether this question, if it stands on a tainted picture, is to be answered wrong."""
        message = SEPARATOR.join((image_id, question_key)).encode()
        digest = hmac.new(self.secret, message, hashlib.sha256).digest()
        draw = int.from_bytes(digest[: DRAW_BITS // 8], "big")
        return draw < self.rate * 2**DRAW_BITS
