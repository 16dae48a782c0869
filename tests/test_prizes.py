# Guilds, the draw that anybody can check, and the airdrop's Merkle trees against known vectors.
from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from db.reward_store import Entrant, FreshMarks, SessionXp
from gap_core.errors import GapError
from gap_core.rewards import week as weeks
from gap_core.rewards.airdrop import read_wallets, write_ledger
from gap_core.rewards.merkle import (
    Claim,
    checked_address,
    distributor_leaf,
    distributor_tree,
    is_proven,
    keccak256,
    standard_leaf,
    standard_proof,
    standard_tree,
)
from gap_core.rewards.week import (
    check_outcome,
    commit_to_seed,
    draw_prizes,
    guild_board,
    monday_of,
    outcome,
    paid_entrants,
)
from scripts.draw_prizes import main as draw_script
from tests.fixtures_game import GameServer
from tests.fixtures_play import START, Table
from tests.test_rewards import play
from tests.test_standings import add_player
from tests.test_standings import play as play_out

MONDAY = date(2025, 3, 10)  # of the week that the tests' clock begins in
AFTER = datetime(2025, 3, 17, 1, tzinfo=UTC)
PAID = FreshMarks(40, 40, 1, False)
ONES, TWOS = f"0x{'1' * 40}", f"0x{'2' * 40}"


def entrant(nickname: str, points: int, *, team: str = "") -> Entrant:
    return Entrant(nickname, nickname, team, points, 1, PAID, points)


def test_guilds_stand_by_their_best_five() -> None:
    many = [entrant(f"m{number}", 20, team="Many") for number in range(9)]
    few = [entrant("a", 100, team="Few"), entrant("b", 20, team="few")]
    board = guild_board([*few[:1], *few[1:], *many, entrant("alone", 500)])

    assert [(one.rank, one.name, one.points, one.players) for one in board] == [
        (1, "Few", 120, 2),
        (2, "Many", 100, 9),
    ]


def test_equal_guilds_share_a_rank() -> None:
    board = guild_board([entrant("a", 40, team="X"), entrant("b", 40, team="Y")])

    assert [one.rank for one in board] == [1, 1]


@pytest.fixture
def paid_table(table: Table) -> Table:
    """Twelve players with points, of which the first eleven have shown that they look."""
    with table.store() as store:
        for number in range(12):
            player_id = add_player(store, f"player {number}")
            play_out(store, player_id, 20 * (number % 6), ended=START)
            xp = SessionXp(20 * (number % 6), 10, 0)
            store.rewards.award(f"s{number}", player_id=player_id, xp=xp, now=START)
            store.connection.rows(
                "INSERT INTO fresh_marks (player_id, marked, matched) VALUES (:id, 60, :matched)",
                {"id": player_id, "matched": 60 if number < 11 else 30},
            )
    return table


def test_draw_can_be_checked_by_anybody(paid_table: Table, tmp_path: Path) -> None:
    with paid_table.store() as store:
        seed = commit_to_seed(store, MONDAY, now=START)
        assert commit_to_seed(store, MONDAY, now=START + timedelta(days=1)) == seed
        record = draw_prizes(store, MONDAY, wrong_rate=0.5, beacon="7 12 31", now=AFTER)
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(record))

    check_outcome(record)
    assert CliRunner().invoke(draw_script, ["--check", str(file)]).exit_code == 0
    assert len(record["entrants"]) == 11 and record["commitment"] == seed.commitment
    assert len(set(record["top"] + record["drawn"])) == 6
    assert set(record["drawn"]) <= {one["id"] for one in record["entrants"][3:10]}
    assert record["entrants"] == sorted(record["entrants"], key=lambda one: -one["points"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": "00" * 32}, "not the one that was committed to"),
        ({"beacon": "other numbers"}, "Others should have been drawn"),
        ({"drawn": []}, "Others should have been drawn"),
        ({"entrants": [{"id": "a", "points": 1}, {"id": "b", "points": 2}]}, "not in the order"),
        ({"entrants": 7}, "no record of a draw"),
        ({"seed": "not hex"}, "no record of a draw"),
    ],
)
def test_forged_records_are_told(change: dict[str, object], words: str) -> None:
    entrants = [{"id": f"p{n}", "nickname": f"p{n}", "points": 100 - n} for n in range(10)]
    seed = "ab" * 32
    record = outcome(
        entrants, week="2025-03-10", seed_hex=seed, commitment=weeks.commitment_of(seed), beacon="1"
    )
    with pytest.raises(GapError, match=words):
        check_outcome(record | change)


def test_all_of_the_rest_are_drawn_alike() -> None:
    entrants = [{"id": f"p{n}", "points": 100 - n} for n in range(10)]
    counts = dict.fromkeys([one["id"] for one in entrants[3:]], 0)
    for number in range(700):
        drawn = outcome(entrants, week="w", seed_hex=f"{number:064x}", commitment="", beacon="")[
            "drawn"
        ]
        for winner in drawn:
            counts[winner] += 1
    assert all(230 <= count <= 370 for count in counts.values()), counts  # 300 each, 4.9 sd


def test_a_week_is_not_drawn_before_its_end_nor_bound_after_it(paid_table: Table) -> None:
    with paid_table.store() as store:
        with pytest.raises(GapError, match="no seed was committed to in time"):
            commit_to_seed(store, MONDAY, now=AFTER)
        with pytest.raises(GapError, match="nothing can be drawn"):
            draw_prizes(store, MONDAY, wrong_rate=0.5, beacon="", now=AFTER)
        commit_to_seed(store, MONDAY, now=START)
        with pytest.raises(GapError, match="isn't over"):
            draw_prizes(store, MONDAY, wrong_rate=0.5, beacon="", now=START)


@pytest.mark.parametrize("text", ["2025-W11", "2025-03-10", "2025-03-16"])
def test_weeks_are_read_as_people_write_them(text: str) -> None:
    assert monday_of(text) == MONDAY


@pytest.mark.parametrize("text", ["", "W11", "2025-W99", "yesterday", "2025-13-01"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(GapError, match="is no week"):
        monday_of(text)


def test_commitment_stands_on_the_page_of_the_week(game_server: GameServer) -> None:
    table = game_server.table
    with table.store() as store:
        seed = commit_to_seed(store, MONDAY, now=START)
    page = game_server.player().http.get("/week").text

    assert seed.commitment in page and seed.seed_hex not in page


def test_guild_of_a_paid_player_stands_on_the_page(game_server: GameServer) -> None:
    table = game_server.table
    player_id = table.game.join("Ada", team="<b>Owls", consent_version="1").id
    for _ in range(2):
        play(table, player_id)
    page = game_server.player().http.get("/week").text

    assert "Guilds" in page and "&lt;b&gt;Owls" in page and "<b>Owls" not in page


def test_keccak_is_not_sha3() -> None:
    digest = keccak256(b"").hex()
    assert digest == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


@pytest.mark.parametrize(
    "address",
    [  # Source: ERC-55, its test cases
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_checksummed_addresses_are_known(address: str) -> None:
    assert checked_address(address) == checked_address(address.lower()) == address
    swapped = f"0x{address[2:].swapcase()}"
    with pytest.raises(GapError, match="has a slip"):
        checked_address(swapped)


@pytest.mark.parametrize("text", ["", "0x12", f"0x{'g' * 40}", "1" * 42, f"{ONES} ", f"{ONES}\n"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(GapError, match="is no address"):
        checked_address(text)


def test_tree_of_openzeppelins_own_example() -> None:
    # Values, root and proof as its readme and contracts of others print them.
    tree = standard_tree([Claim(ONES, 5 * 10**18), Claim(TWOS, 25 * 10**17)])

    root = "0xd4dee0beab2d53f2cc83e567171bd2820e49898130a22622b10ead383e90bd77"
    proof = ["0xb92c48e9d7abe27fd8dfd6b5dfdbfb1c9a463f80c712b66f3a5180a090cccafc"]
    assert (tree["tree"][0], standard_proof(tree, 0)) == (root, proof)
    assert (tree["format"], tree["leafEncoding"]) == ("standard-v1", ["address", "uint256"])


def test_tree_of_uniswaps_own_test() -> None:
    # Accounts, amounts and proofs of its repository's test of parseBalanceMap.
    tree = distributor_tree(
        [
            Claim("0x17ec8597ff92C3F44523bDc65BF0f1bE632917ff", 200),
            Claim("0x63FC2aD3d021a4D7e64323529a55a9442C444dA0", 300),
            Claim("0xD1D84F0e28D6fedF03c73151f98dF95139700aa7", 250),
        ]
    )
    both = "0xd31de46890d4a77baeebddbd77bf73b5c626397b73ee8c69b51efe4c9a5a72fa"
    assert tree["tokenTotal"] == "0x02ee"
    assert list(tree["claims"].values()) == [
        {
            "index": 0,
            "amount": "0xc8",
            "proof": ["0x2a411ed78501edb696adca9e41e78d8256b61cfac45612fa0434d7cf87d916c6"],
        },
        {
            "index": 1,
            "amount": "0x012c",
            "proof": ["0xbfeb956a3b705056020a3b64c540bff700c0f6c96c55c0a5fcab57124cb36f7b", both],
        },
        {
            "index": 2,
            "amount": "0xfa",
            "proof": ["0xceaacce7533111e902cc548e961d77b23a4d8cd073c6b68ccf55c62bd47fc36b", both],
        },
    ]


CLAIMS = st.lists(
    st.tuples(st.integers(0, 2**160 - 1), st.integers(0, 2**256 - 1)),
    min_size=1,
    max_size=24,
    unique_by=lambda claim: claim[0],
).map(lambda pairs: [Claim(checked_address(f"0x{a:040x}"), amount) for a, amount in pairs])


@given(CLAIMS)
def test_every_proof_holds_for_its_claim_alone(claims: list[Claim]) -> None:
    tree, other = standard_tree(claims), distributor_tree(claims)
    for number, claim in enumerate(claims):
        proof, more = standard_proof(tree, number), claim._replace(amount=claim.amount ^ 1)
        assert is_proven(tree["tree"][0], standard_leaf(claim), proof)
        assert not is_proven(tree["tree"][0], standard_leaf(more), proof)
        own = other["claims"][claim.account]
        assert int(own["amount"], 16) == claim.amount
        assert is_proven(other["merkleRoot"], distributor_leaf(own["index"], claim), own["proof"])
        assert not is_proven(
            other["merkleRoot"], distributor_leaf(own["index"], more), own["proof"]
        )


def test_ledger_pays_those_who_look_and_have_a_wallet(paid_table: Table, tmp_path: Path) -> None:
    wallets = tmp_path / "wallets.csv"
    wallets.write_text(
        f"nickname,address\nPLAYER 0,{ONES}\nplayer 1,{ONES}\nplayer 2,{TWOS}\nplayer 11,{TWOS}\n"
    )
    with paid_table.store() as store:
        xp = {e.nickname: e.xp for e in paid_entrants(store, MONDAY.isoformat(), wrong_rate=0.5)}
        ledger = write_ledger(
            store,
            MONDAY.isoformat(),
            wallets=read_wallets(wallets),
            units_a_xp=10,
            wrong_rate=0.5,
            folder=tmp_path / "drop",
        )
    lines = list(csv.DictReader((tmp_path / "drop" / "ledger.csv").open(encoding="utf-8")))
    tree = json.loads((tmp_path / "drop" / "openzeppelin.json").read_text())
    values = [tuple(one["value"]) for one in tree["values"]]

    assert "player 11" not in xp and len(lines) == 11 and ledger.without_wallet == 8
    assert values == [
        (ONES, str(10 * (xp["player 0"] + xp["player 1"]))),
        (TWOS, str(10 * xp["player 2"])),
    ]
    assert ledger.total == sum(int(amount) for _, amount in values)
    assert ledger.root == tree["tree"][0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name,address\nAda,0x1\n", "needs the columns"),
        (f"nickname,address\nAda,{ONES}\nADA,{TWOS}\n", "stands twice"),
        ("nickname,address\nAda,0x1\n", "is no address"),
    ],
)
def test_wallets_that_can_not_be_paid_are_refused(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "wallets.csv"
    file.write_text(content)
    with pytest.raises(GapError, match=words):
        read_wallets(file)
