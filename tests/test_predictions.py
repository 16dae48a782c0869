# The player model over the database: what it learns from, says of new pictures, and when it refits.
from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from gap_core.errors import GapError
from gap_core.play.player_fits import look_at_pictures, refit_player_model
from gap_core.play.player_model_check import check_predictions, prediction_tables
from gap_core.play.predictions import image_difficulties, player_abilities, player_model_summary
from models.prompts import WRONG
from tests.fixtures_play import DECK, START, Table


class ColourReader:
    """Sees whether a picture of the test deck has an even number, which its red value tells."""

    def __init__(self, eye: str = "colours") -> None:
        self.eye = eye

    def picture_features(self, picture: Image.Image) -> np.ndarray:
        return np.array([picture.getpixel((0, 0))[0] % 2, 0.5])


def is_hard(image_id: str) -> bool:
    """Pictures with an odd number are the hard ones."""
    odd = [Image.new("RGB", (4, 3), (number, 0, 0)).tobytes() for number in range(1, 26, 2)]
    return image_id in {hashlib.sha256(pixels).hexdigest() for pixels in odd}


def play(table: Table, player_id: str, *, misses_hard: bool = True) -> None:
    """One session, a question a picture; wrong answers are marked, but for those on hard ones."""
    table.game.start_session(player_id)
    for _ in range(table.rules.images_per_session):
        turn = table.ask(player_id)
        finds = turn.system == WRONG and not (misses_hard and is_hard(turn.image_path.stem))
        table.mark(player_id, turn, "wrong" if finds else "correct")
        table.clock.advance(0 if finds else 200)
        table.game.view(player_id)


@pytest.fixture(scope="module")
def played_table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """Four players who miss everything on hard pictures and one who misses nothing, looked at."""
    from tests.fixtures_play import fill_deck

    folder = tmp_path_factory.mktemp("played")
    fill_deck(folder / "gap.db", folder, tainted=12, untainted=14)
    table = Table(db_path=folder / "gap.db", data_dir=folder)
    table.rules = replace(table.rules, wrong_rate=1.0, tainted_images=10, untainted_images=0)
    for number in range(4):
        play(table, table.join(f"usual {number}"))
    best = table.join("best")
    for _ in range(2):
        play(table, best, misses_hard=False)
    for _ in range(4):
        table.game.refit_player_model(ColourReader())
    return table


def test_before_any_play_nothing_is_fitted(table: Table) -> None:
    assert not table.game.refit_player_model(ColourReader())
    with table.store() as store:
        assert player_model_summary(store) is None
        assert image_difficulties(store, DECK) == {}
        assert player_abilities(store) == []


def test_pictures_never_played_as_traps_are_judged_by_those_that_look_alike(
    played_table: Table,
) -> None:
    with played_table.store() as store:
        found = image_difficulties(store, DECK)
    new = [one for one in found.values() if one.turns == 0]
    hard = [one.difficulty.mean for one in new if is_hard(one.image_id)]
    easy = [one.difficulty.mean for one in new if not is_hard(one.image_id)]

    assert len(found) == 26 and len(new) == 14
    assert {one.source for one in new} == {"alike"}
    assert min(hard) > max(easy) + 0.2
    assert all(0 <= one.difficulty.low <= one.difficulty.mean <= one.difficulty.high for one in new)


def test_an_error_is_likelier_to_be_found_on_an_easy_picture_and_by_an_able_player(
    played_table: Table,
) -> None:
    with played_table.store() as store:
        anybody = image_difficulties(store, DECK)
        best = image_difficulties(store, DECK, player_id=player_abilities(store)[0].player_id)
        stranger = image_difficulties(store, DECK, player_id="nobody")
    hard = [image_id for image_id in anybody if is_hard(image_id)]
    easy = [image_id for image_id in anybody if not is_hard(image_id)]

    assert max(anybody[one].error_chance for one in hard) < min(
        anybody[one].error_chance for one in easy
    )
    assert all(best[one].error_chance > anybody[one].error_chance for one in hard)
    assert stranger == anybody


def test_abilities_are_listed_best_first_with_what_they_were_learnt_from(
    played_table: Table,
) -> None:
    with played_table.store() as store:
        found = player_abilities(store)
        summary = player_model_summary(store)

    assert (found[0].nickname, found[0].turns) == ("best", 20)
    assert found[0].ability.low > found[-1].ability.mean
    assert len(found) == 5
    assert (summary.turns, summary.pictures_seen, summary.features_of) == (60, 26, "colours")
    assert summary.parameters["alpha"].low <= summary.parameters["alpha"].mean
    assert set(summary.parameters) == {"alpha", "beta", "tau", "gamma", "fatigue_rate"}


def test_without_features_a_new_picture_is_unknown(table: Table) -> None:
    play(table, table.join())
    assert table.game.refit_player_model()
    with table.store() as store:
        found = image_difficulties(store, DECK).values()
        assert {(one.turns > 0, one.source) for one in found} == {
            (True, "played"),
            (False, "unknown"),
        }


def test_model_is_fitted_again_only_when_enough_is_new(table: Table) -> None:
    player_id = table.join()
    play(table, player_id)
    assert table.game.refit_player_model()
    assert not table.game.refit_player_model()
    play(table, player_id)
    assert table.game.refit_player_model()


def test_new_features_and_a_new_eye_are_reasons_to_fit_again(table: Table) -> None:
    play(table, table.join())
    fits = [table.game.refit_player_model(ColourReader()) for _ in range(5)]
    assert fits == [True, True, True, True, False]  # 8, 16, 24, all 26 pictures, nothing new

    assert table.game.refit_player_model(ColourReader("another eye"))
    with table.store() as store:
        assert player_model_summary(store).pictures_seen == 8


def test_a_removed_picture_is_passed_over(table: Table) -> None:
    gone = next((table.data_dir / "images").glob("*.png"))
    gone.unlink()
    with table.store() as store:
        assert look_at_pictures(store, ColourReader(), data_dir=table.data_dir, limit=50) == 25


def test_time_on_a_picture_leaves_out_waiting_for_answers(table: Table) -> None:
    table.rules = replace(table.rules, untainted_images=0, tainted_images=1, wrong_rate=1.0)
    player_id = table.started()
    table.shown(player_id)
    table.clock.advance(10)
    first = table.open_turn(player_id)
    table.clock.advance(5)
    table.finish(first.turn_id)
    table.mark(player_id, first, "correct")
    table.clock.advance(7)
    table.mark(player_id, table.ask(player_id, "And now?"), "wrong")
    with table.store() as store:
        turns = sorted(store.predictions.trap_turns(newest_rounds=99), key=lambda turn: turn.time_s)

    assert [turn.time_s for turn in turns] == pytest.approx([10, 17], abs=0.01)
    assert [(turn.place, turn.revealed) for turn in turns] == [(1, False), (1, True)]


def test_only_the_newest_rounds_are_learnt_from(played_table: Table) -> None:
    with played_table.store() as store:
        every = store.predictions.trap_turns(newest_rounds=1000)
        newest = store.predictions.trap_turns(newest_rounds=20)

    assert (len(every), len(newest)) == (60, 20)
    assert len({turn.player_id for turn in newest}) == 1


def test_sessions_dealt_under_longer_rules_are_learnt_from(table: Table) -> None:
    play(table, table.join())
    shorter = replace(table.rules, tainted_images=1, untainted_images=1)
    with table.store() as store:
        assert refit_player_model(store, rules=shorter, now=START)


def test_predictions_are_checked_with_interval_and_features_tell_of_new_pictures(
    played_table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    with played_table.store() as store:
        found = check_predictions(store, rules=played_table.rules, folds=2)
        monkeypatch.setattr("gap_core.play.player_model_check._features", lambda *_: None)
        blind = check_predictions(store, rules=played_table.rules, folds=2)
    tables = prediction_tables(found)

    assert list(found) == ["turn", "player", "image"]
    auc = found["turn"].roc.auc
    # Who is dealt which pictures is drawn anew: from 0.69 to 1.0 in two dozen plays.
    assert 0.6 < auc.mean <= auc.high <= 1 and 0 <= auc.low < auc.mean
    assert found["image"].roc.auc.mean > blind["image"].roc.auc.mean
    assert set(tables.roc["estimator"]) == {"new turns", "new players", "new pictures"}
    assert tables.calibration["n"].sum() == 3 * len(found["turn"].chance)


def test_nothing_played_can_not_be_checked(table: Table) -> None:
    with table.store() as store, pytest.raises(GapError, match="Play a session first"):
        check_predictions(store, rules=table.rules)
