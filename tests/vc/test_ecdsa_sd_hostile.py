"""What a holder, or a stranger, would make of an ecdsa-sd-2023 or Ed25519Signature2020 proof; the names say how."""

import json
from pathlib import Path

import pytest

from app.vc import keys, proof
from tests.vc.test_proof import NOW

HOSTILE = Path(__file__).parents[1] / "fixtures" / "hostile"
EXPECTED = {
    "ecdsa_sd_base_proof_shown": "base_proof",
    "ecdsa_sd_cbor_array_of_endless_length": "malformed_proof",
    "ecdsa_sd_cbor_indefinite_array": "malformed_proof",
    "ecdsa_sd_cbor_map_with_a_key_twice": "malformed_proof",
    "ecdsa_sd_cbor_nested_deep": "malformed_proof",
    "ecdsa_sd_cbor_tagged_bytes": "malformed_proof",
    "ecdsa_sd_end_of_validity_withheld": "bad_signature",
    "ecdsa_sd_everything_called_mandatory": "bad_signature",
    "ecdsa_sd_index_out_of_range": "bad_signature",
    "ecdsa_sd_label_for_a_node_that_is_not_there": "bad_signature",
    "ecdsa_sd_labels_swapped": "bad_signature",
    "ecdsa_sd_nothing_called_mandatory": "bad_signature",
    "ecdsa_sd_one_node_shown_as_two": "malformed_proof",
    "ecdsa_sd_posing_as_ecdsa_rdfc_2019": "malformed_proof",
    "ecdsa_sd_proof_key_not_on_the_curve": "malformed_proof",
    "ecdsa_sd_proof_key_of_another_curve": "malformed_proof",
    "ecdsa_sd_signature_alone": "malformed_proof",
    "ecdsa_sd_statement_added_with_a_signature_twice": "bad_signature",
    "ecdsa_sd_statement_of_another_badge": "bad_signature",
    "ecdsa_sd_statements_signed_by_the_holder": "bad_signature",
    "ecdsa_sd_values_of_two_results_swapped": "bad_signature",
    "ed25519_2020_created_removed": "bad_signature",
    "ed25519_2020_end_of_validity_removed": "bad_signature",
    "ed25519_2020_jws_in_place_of_proof_value": "malformed_proof",
    "ed25519_2020_posing_as_data_integrity": "bad_signature",
    "ed25519_2020_type_defined_anew": "redefined_term",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_hostile_proofs_are_refused(name):
    document = json.loads((HOSTILE / f"{name}.json").read_text())
    (one,) = document["proof"]
    key = keys.from_multikey(one["verificationMethod"].partition("#")[2])
    (finding,) = proof.verify_proof(document, one, key, now=NOW)
    assert finding.code == EXPECTED[name]


def test_every_hostile_proof_is_tried():
    files = [*HOSTILE.glob("ecdsa_sd_*"), *HOSTILE.glob("ed25519_2020_*")]
    assert {file.stem for file in files} == EXPECTED.keys()
