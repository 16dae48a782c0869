"""Who may come in: the event's code, its hours, joining and leaving. Called by the game."""

import hmac
from datetime import datetime

from db import Store
from db.event_store import EventRecord
from db.records import PlayerRecord
from gap_core.errors import PlayerError, Sentence
from gap_core.play import showing
from gap_core.play.dealing import new_id
from gap_core.play.manners import check_manners
from gap_core.play.rules import Rules
from gap_core.play.team_names import shown_team
from gap_core.play.text import (
    NICKNAME,
    TEAM,
    checked_nickname,
    checked_team,
    clean_text,
    nickname_key,
)
from gap_core.play.views import Player

NOT_JOINED = Sentence("You have not joined this game. Join with a nickname first.")


class Entrance:
    """What is asked of a player before they play: a code, and that the event is on."""

    def __init__(self, *, event_code: str, event: EventRecord | None) -> None:
        """Ask for the code of the event if there is one, else for `event_code` unless empty."""
        self._event = event
        self._code = clean_text(event_code) if event is None else event.code_key

    @property
    def needs_code(self) -> bool:
        """Whether joining asks for a code."""
        return bool(self._code)

    def accepts(self, event_code: str) -> bool:
        """Whether somebody who types this may join."""
        typed = clean_text(event_code)
        given = (typed if self._event is None else nickname_key(typed)).encode(errors="replace")
        return not self._code or hmac.compare_digest(given, self._code.encode())

    @property
    def consent(self) -> tuple[str, tuple[str, ...]] | None:
        """Version and lines of the event's own consent text, None where it has none."""
        if self._event is None or not self._event.consent:
            return None
        return self._event.consent_version, self._event.consent

    def check_open(self, store: Store, *, now: datetime) -> None:
        """Refuse what begins before or after the event, if there is one.

        Raises:
            GapError: the event is not on.
        """
        if self._event is None:
            return
        from gap_core.events.events import check_open  # which reads names as play does

        # It may have been ended since it was read.
        check_open(store.events.find(self._event.code_key) or self._event, now=now)

    def add_player(
        self,
        store: Store,
        *,
        nickname: str,
        team: str,
        consent_version: str,
        account_key: str,
        rules: Rules,
        now: datetime,
    ) -> Player:
        """A new player of the event, with the consent they gave.

        Raises:
            GapError: nickname empty, too long, rude or taken; team too long or rude.
        """
        name = checked_nickname(nickname, max_chars=rules.nickname_max_chars)
        typed = checked_team(team, max_chars=rules.nickname_max_chars)
        check_manners(NICKNAME, name)
        check_manners(TEAM, typed)
        shown = shown_team(store, typed)
        player = PlayerRecord(
            id=new_id(),
            nickname=name,
            nickname_key=nickname_key(name),
            team=shown,
            created_utc=now,
            hidden_team=None if shown == typed else typed,
        )
        with store.transaction():
            if not store.players.add(player, consent_version=consent_version):
                raise PlayerError(
                    "Nickname '{name}' is taken. Choose another, or add a number to it.",
                    name=name,
                )
            if self._event is not None:
                store.events.add_player(self._event.id, player_id=player.id)
            if account_key:
                store.doors.add(account_key, player_id=player.id)
        return showing.player_of(player)


def find_player(store: Store, player_id: str) -> Player | None:
    """The player of this id, None for one never given out, or who took their consent back."""
    found = store.players.get(player_id)
    return None if found is None or store.withdrawals.has(player_id) else showing.player_of(found)


def check_joined(store: Store, player_id: str) -> None:
    """Refuse an id that is nobody's, or of somebody who took their consent back.

    Raises:
        GapError: it is such an id.
    """
    if find_player(store, player_id) is None:
        raise PlayerError(NOT_JOINED)


def take_back(
    store: Store, player_id: str, *, deletes_words: bool, rules: Rules, now: datetime
) -> str:
    """Make the player anonymous for good, their words deleted or not; the name left to them.

    Raises:
        GapError: nobody has this id, or they have done it before.
    """
    from gap_core.events.withdrawing import take_out  # which ends sessions as play does

    with store.transaction():
        check_joined(store, player_id)
        done = take_out(store, player_id, deletes_words=deletes_words, rules=rules, now=now)
    store.withdrawals.write_back()
    return done.now
