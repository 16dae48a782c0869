"""What was asked about traps, which a model must not forget, and answers on ordinary pictures.

Called by experiments, which make training data of them.
"""

from dataclasses import dataclass

from db.connection import Connection

# One of each wording on a picture, but none whose honest answer somebody marked Wrong. What became
# a trap by being learnt has labels of its own.
ON_TRAPS = """
SELECT min(turns.id) AS turn_id, rounds.image_id, images.path AS image_path, images.licence,
    turns.question, sessions.player_id
FROM turns JOIN rounds ON rounds.id = turns.round_id JOIN images ON images.id = rounds.image_id
JOIN sessions ON sessions.id = rounds.session_id
LEFT JOIN verdicts ON verdicts.turn_id = turns.id
WHERE rounds.tainted AND turns.question <> '' AND rounds.image_id NOT IN (
    SELECT image_id FROM rounds WHERE NOT tainted)
GROUP BY rounds.image_id, turns.question_key
HAVING coalesce(sum(NOT turns.told_wrong AND verdicts.verdict = 'wrong'), 0) = 0
ORDER BY rounds.image_id, turn_id
"""

UNTAINTED = """
SELECT turns.id AS turn_id, rounds.image_id, images.path AS image_path, images.licence,
    turns.question, sessions.player_id, turns.answer, turns.model
FROM turns JOIN rounds ON rounds.id = turns.round_id JOIN images ON images.id = rounds.image_id
JOIN sessions ON sessions.id = rounds.session_id
WHERE NOT rounds.tainted AND turns.answer <> '' ORDER BY turns.id
"""


@dataclass(frozen=True)
class Asked:
    """A question of a player, and its picture."""

    turn_id: str
    image_id: str
    image_path: str
    licence: str
    question: str
    player_id: str


@dataclass(frozen=True)
class HonestAnswer(Asked):
    """One with an answer that the model was to get right."""

    answer: str
    model: str


class ReplayStore:
    """Reads turns and verdicts."""

    def __init__(self, connection: Connection) -> None:
        """Share the store's handle."""
        self._connection = connection

    def asked_on_traps(self) -> list[Asked]:
        """Every such question, picture by picture."""
        return [Asked(**dict(row)) for row in self._connection.rows(ON_TRAPS)]

    def untainted_answers(self) -> list[HonestAnswer]:
        """Every answer on a picture that is no trap, believed or not."""
        return [HonestAnswer(**dict(row)) for row in self._connection.rows(UNTAINTED)]
