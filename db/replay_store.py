"""Honest answers: believed ones, which a model must not forget, and all on ordinary pictures.

Called by experiments, which make training data of them.
"""

from dataclasses import dataclass

from db.connection import Connection

# Honest answers on traps that everybody who was shown them marked Correct, one of each wording.
BELIEVED = """
SELECT min(turns.id) AS turn_id, rounds.image_id, images.path AS image_path, images.licence,
    turns.question, turns.answer, turns.model
FROM turns JOIN rounds ON rounds.id = turns.round_id JOIN images ON images.id = rounds.image_id
JOIN verdicts ON verdicts.turn_id = turns.id
WHERE rounds.tainted AND NOT turns.told_wrong AND turns.answer IS NOT NULL
GROUP BY rounds.image_id, turns.question_key
HAVING sum(verdicts.verdict = 'wrong') = 0
ORDER BY rounds.image_id, turn_id
"""

UNTAINTED = """
SELECT turns.id AS turn_id, rounds.image_id, images.path AS image_path, images.licence,
    turns.question, turns.answer, turns.model
FROM turns JOIN rounds ON rounds.id = turns.round_id JOIN images ON images.id = rounds.image_id
WHERE NOT rounds.tainted AND turns.answer IS NOT NULL ORDER BY turns.id
"""


@dataclass(frozen=True)
class HonestAnswer:
    """An answer that the model was to get right, and its picture."""

    turn_id: str
    image_id: str
    image_path: str
    licence: str
    question: str
    answer: str
    model: str


class ReplayStore:
    """Reads turns and verdicts."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def believed(self) -> list[HonestAnswer]:
        """Every such answer, picture by picture."""
        return [HonestAnswer(**dict(row)) for row in self._connection.rows(BELIEVED)]

    def untainted_answers(self) -> list[HonestAnswer]:
        """Every answer on a picture that is no trap, believed or not."""
        return [HonestAnswer(**dict(row)) for row in self._connection.rows(UNTAINTED)]
