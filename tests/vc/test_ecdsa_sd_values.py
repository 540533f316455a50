import pytest

from app.vc import cbor, jsonld
from app.vc.ecdsa_sd_values import (
    BASE_HEADER,
    DERIVED_HEADER,
    MAX_SIGNATURES,
    BaseProof,
    DerivedProof,
    read_base,
    read_derived,
)
from app.vc.multiformats import multibase_decode
from app.vc.outcome import Outcome, Unsound
from app.vc.pinned_contexts import verifying
from tests.vc.test_keys import PRIVATE_KEYS
from tests.vc.test_safe_expansion import BADGE

P256 = multibase_decode(PRIVATE_KEYS["P-256"].public.multikey())
ED25519 = multibase_decode(PRIVATE_KEYS["Ed25519"].public.multikey())
SIGNATURE, LABEL = bytes(64), bytes(32)
BASE = [SIGNATURE, P256, bytes(32), [SIGNATURE], ["/issuer"]]
DERIVED = [SIGNATURE, P256, [SIGNATURE], {0: LABEL, 1: bytes([1]) * 32}, [0, 2]]


def changed(components, position, value):
    return [value if at == position else component for at, component in enumerate(components)]


def test_values_are_written_and_read():
    base = BaseProof(SIGNATURE, P256, bytes(32), (SIGNATURE,), ("/issuer",))
    assert base.encode() == BASE_HEADER + cbor.encode(BASE)
    assert read_base(base.encode()) == base
    derived = DerivedProof(SIGNATURE, P256, (SIGNATURE,), {1: LABEL}, (0, 2))
    assert read_derived(derived.encode()) == derived
    assert read_derived(DERIVED_HEADER + cbor.encode(DERIVED)).labels[1] == bytes([1]) * 32


COMMON = [
    (0, bytes(63)),
    (0, bytes(95)),
    (0, bytes(128)),
    (0, "x" * 64),
    (0, 5),
    (1, bytes(35)),
    (1, P256 + b"\0"),
    (1, P256[:2] + b"\x04" + P256[3:]),
    (1, ED25519 + b"\0"),
]


@pytest.mark.parametrize(
    ("position", "value"),
    [*COMMON, (2, bytes(31)), (3, SIGNATURE), (3, [bytes(63)]), (3, {}), (4, "/issuer"), (4, [5]), (4, [b"/issuer"])],
)
def test_malformed_base_proofs(position, value):
    with pytest.raises(Unsound) as caught:
        read_base(BASE_HEADER + cbor.encode(changed(BASE, position, value)))
    assert caught.value.finding.code == "malformed_proof"


@pytest.mark.parametrize(
    ("position", "value"),
    [
        *COMMON,
        (2, SIGNATURE),
        (2, [bytes(65)]),
        (2, [[SIGNATURE]]),
        (3, []),
        (3, {"c14n0": LABEL}),
        (3, {0: bytes(31)}),
        (3, {0: "x" * 32}),
        (3, {0: LABEL, 1: LABEL}),  # one signed node shown as two
        (4, {}),
        (4, ["0"]),
        (4, 0),
        (4, [2, 0]),
        (4, [0, 0]),
    ],
)
def test_malformed_derived_proofs(position, value):
    with pytest.raises(Unsound) as caught:
        read_derived(DERIVED_HEADER + cbor.encode(changed(DERIVED, position, value)))
    assert caught.value.finding.code == "malformed_proof"


@pytest.mark.parametrize(
    "value",
    [
        b"",
        DERIVED_HEADER,
        DERIVED_HEADER[:2],
        b"\xd9\x5d\x02" + cbor.encode(DERIVED),
        cbor.encode(DERIVED),
        DERIVED_HEADER + cbor.encode(DERIVED) + b"\0",
        DERIVED_HEADER + cbor.encode(DERIVED)[:-1],
        DERIVED_HEADER + cbor.encode(DERIVED[:4]),
        DERIVED_HEADER + cbor.encode([*DERIVED, 0]),
        DERIVED_HEADER + cbor.encode({0: 1, 1: 1, 2: 1, 3: 1, 4: 1}),
        DERIVED_HEADER + DERIVED_HEADER + cbor.encode(DERIVED),
        DERIVED_HEADER + b"\x81" * 100_000,
    ],
)
def test_what_is_no_derived_proof_at_all(value):
    with pytest.raises(Unsound) as caught:
        read_derived(value)
    assert caught.value.finding.code == "malformed_proof"


def test_kinds_are_told_apart():
    with pytest.raises(Unsound) as caught:
        read_derived(BASE_HEADER + cbor.encode(BASE))
    assert caught.value.finding.code == "base_proof"
    with pytest.raises(Unsound) as caught:
        read_base(DERIVED_HEADER + cbor.encode(DERIVED))
    assert caught.value.finding.code == "malformed_proof"


def test_signatures_are_bounded():
    assert len(read_base(BASE_HEADER + cbor.encode(changed(BASE, 3, [SIGNATURE] * MAX_SIGNATURES))).signatures)
    for read, header, components, at in ((read_base, BASE_HEADER, BASE, 3), (read_derived, DERIVED_HEADER, DERIVED, 2)):
        with pytest.raises(Unsound) as caught:
            read(header + cbor.encode(changed(components, at, [SIGNATURE] * (MAX_SIGNATURES + 1))))
        assert (caught.value.finding.code, caught.value.finding.outcome) == ("signature_budget", Outcome.UNKNOWN)


class CountingKey:
    """An issuer's key that refuses, and counts how often it was asked."""

    asked = 0

    def verify(self, _signature, _data):
        self.asked += 1
        return False


@pytest.mark.parametrize(
    ("blank_nodes", "signatures", "asked"), [(3, 21, 1), (3, 20, 0), (3, 22, 0), (2, 21, 0), (4, 21, 0)]
)
def test_nothing_is_verified_before_the_issuer_has_signed_and_the_counts_fit(blank_nodes, signatures, asked):
    quads = jsonld.to_quads(BADGE)
    assert len(quads) == 22
    key = CountingKey()
    labels = {number: bytes([number]) * 32 for number in range(blank_nodes)}
    value = DerivedProof(SIGNATURE, P256, (SIGNATURE,) * signatures, labels, (0,))
    assert value.holds(BADGE, bytes(32), key, verifying()) is False
    assert key.asked == asked
