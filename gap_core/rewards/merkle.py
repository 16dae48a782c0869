"""Merkle trees of airdrops, in the two formats that contracts know. Called by the airdrop.

`standard`: OpenZeppelin's StandardMerkleTree, whose leaf is the double hash of the ABI's encoding.
`distributor`: Uniswap's MerkleDistributor, whose leaf is the hash of index, account and amount
packed. Both hash pairs in sorted order, so that OpenZeppelin's MerkleProof.verify accepts proofs.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from Crypto.Hash import keccak

from gap_core.errors import GapError

MOST = 2**256 - 1
ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


class Claim(NamedTuple):
    """What an account may claim, in the token's smallest unit."""

    account: str
    amount: int


def keccak256(content: bytes) -> bytes:
    """Ethereum's hash, which is not SHA3-256."""
    return keccak.new(data=content, digest_bits=256).digest()


def checked_address(address: str) -> str:
    """The address in its checksummed spelling.

    Raises:
        GapError: it is none, or its capitals say that it is misspelt.

    Source: ERC-55.
    """
    if not ADDRESS.fullmatch(address):
        raise GapError(f"'{address}' is no address: 0x and 40 hexadecimal digits are needed.")
    plain = address[2:].lower()
    digest = keccak256(plain.encode()).hex()
    spelt = "".join(
        letter.upper() if int(nibble, 16) >= 8 else letter
        for letter, nibble in zip(plain, digest, strict=False)
    )
    is_mixed = address[2:] not in (plain, plain.upper())
    if is_mixed and address[2:] != spelt:
        raise GapError(f"Address '{address}' has a slip: its capitals don't fit. Copy it again.")
    return f"0x{spelt}"


def standard_leaf(claim: Claim) -> bytes:
    """The leaf of OpenZeppelin's tree over (address, uint256)."""
    return keccak256(keccak256(_word(int(claim.account, 16)) + _word(claim.amount)))


def distributor_leaf(index: int, claim: Claim) -> bytes:
    """The leaf of Uniswap's distributor."""
    return keccak256(_word(index) + bytes.fromhex(claim.account[2:]) + _word(claim.amount))


def standard_tree(claims: Sequence[Claim]) -> dict[str, Any]:
    """What StandardMerkleTree.load of @openzeppelin/merkle-tree reads, with root and proofs.

    Leaves are sorted by hash, and lie at the end of a complete binary tree in one list, the root
    first: node i has the children 2i + 1 and 2i + 2.
    """
    leaves = sorted((standard_leaf(claim), number) for number, claim in enumerate(claims))
    tree = [b""] * (2 * len(leaves) - 1)
    places: dict[int, int] = {}
    for place, (leaf, number) in enumerate(leaves):
        places[number] = len(tree) - 1 - place
        tree[places[number]] = leaf
    for node in range(len(tree) - 1 - len(leaves), -1, -1):
        tree[node] = _pair(tree[2 * node + 1], tree[2 * node + 2])
    return {
        "format": "standard-v1",
        "leafEncoding": ["address", "uint256"],
        "tree": [_hex(node) for node in tree],
        "values": [
            {"value": [claim.account, str(claim.amount)], "treeIndex": places[number]}
            for number, claim in enumerate(claims)
        ],
    }


def standard_proof(tree: dict[str, Any], number: int) -> list[str]:
    """The hashes that prove the claim of this number."""
    place, proof = tree["values"][number]["treeIndex"], []
    while place > 0:
        proof.append(tree["tree"][place - 1 if place % 2 == 0 else place + 1])
        place = (place - 1) // 2
    return proof


def distributor_tree(claims: Sequence[Claim]) -> dict[str, Any]:
    """The JSON of Uniswap's merkle-distributor: root, total, and each account's proof.

    A node without a neighbour goes up as it is.
    """
    ordered = sorted(claims, key=lambda claim: claim.account)
    leaves = [distributor_leaf(index, claim) for index, claim in enumerate(ordered)]
    layers = [sorted(set(leaves))]
    while len(layers[-1]) > 1:
        below = layers[-1]
        pairs = [below[place : place + 2] for place in range(0, len(below), 2)]
        layers.append([_pair(*pair) if len(pair) == 2 else pair[0] for pair in pairs])
    return {
        "merkleRoot": _hex(layers[-1][0]),
        "tokenTotal": _amount(sum(claim.amount for claim in ordered)),
        "claims": {
            claim.account: {
                "index": index,
                "amount": _amount(claim.amount),
                "proof": _distributor_proof(layers, leaves[index]),
            }
            for index, claim in enumerate(ordered)
        },
    }


def _distributor_proof(layers: Sequence[list[bytes]], leaf: bytes) -> list[str]:
    place, proof = layers[0].index(leaf), []
    for layer in layers[:-1]:
        neighbour = place ^ 1
        if neighbour < len(layer):
            proof.append(_hex(layer[neighbour]))
        place //= 2
    return proof


def is_proven(root: str, leaf: bytes, proof: Sequence[str]) -> bool:
    """What MerkleProof.verify of a contract says."""
    for neighbour in proof:
        leaf = _pair(leaf, bytes.fromhex(neighbour[2:]))
    return _hex(leaf) == root


def _pair(one: bytes, other: bytes) -> bytes:
    return keccak256(min(one, other) + max(one, other))


def _word(number: int) -> bytes:
    if not 0 <= number <= MOST:
        raise ValueError(f"{number} doesn't fit a uint256.")
    return number.to_bytes(32, "big")


def _amount(number: int) -> str:
    """Whole bytes, as ethers writes numbers."""
    digits = f"{number:x}"
    return f"0x{'0' * (len(digits) % 2)}{digits}"


def _hex(content: bytes) -> str:
    return f"0x{content.hex()}"
