"""What each check asks and what each finding says, in words for people: translated where they are shown.

The verifier tells its findings in English, with all their details. Readers of other languages get the sentence of the
finding's code first, the detail beneath it. Several codes share a sentence where the difference is for experts only.
"""

from app.texts import N_

# Check id (docs/verification.md) -> (what is asked, what is said when it is fine)
CHECKS: dict[str, tuple[str, str]] = {
    "form": (N_("Can it be read?"), N_("It could be read.")),
    "structure": (N_("Is it built as the standard asks?"), N_("It has the structure that its standards ask for.")),
    "context": (N_("Are its words those of the standards?"), N_("All of its vocabularies are known.")),
    "proof": (N_("Is it unchanged?"), N_("The signature fits: nothing was changed.")),
    "issuer_binding": (N_("Did its issuer sign it?"), N_("It was signed with a key of its issuer.")),
    "key_status": (N_("Was the key good when it was signed?"), N_("Nothing speaks against the key.")),
    "validity_period": (N_("Is it in force today?"), N_("It is in force.")),
    "status": (N_("Was it revoked or suspended?"), N_("It is neither revoked nor suspended.")),
    "refresh": (N_("May there be a newer one?"), N_("This check only informs; nothing speaks against the badge.")),
    "schema": (N_("Does it keep the schema that it names?"), N_("Nothing in its form speaks against it.")),
    "endorsements": (N_("Do its endorsements hold?"), N_("Whatever endorsements it carries hold.")),
    "recipient": (N_("Is it about the person you named?"), N_("It is about the person you named.")),
    "holder_binding": (N_("Does its holder present it?"), N_("Its holder presents it.")),
    "credentials": (N_("Is each credential in it valid?"), N_("Each credential in it is valid.")),
    "endorsed_object": (N_("Is the endorsement of this badge?"), N_("It endorses what carries it.")),
}

# The same of a badge that nobody signed, and that its issuer's host vouches for: hosted badges of Open Badges 2.0.
HOSTED_CHECKS: dict[str, tuple[str, str]] = {
    "proof": (CHECKS["proof"][0], N_("The issuer's server publishes the same.")),
    "issuer_binding": (N_("Does its issuer publish it?"), N_("It stands at an address of its issuer.")),
}

WORDS = {"valid": N_("in order"), "invalid": N_("not in order"), "unknown": N_("could not be checked")}
SKIPPED = N_("skipped")
SKIPPED_BECAUSE = N_("This was not checked.")
NO_STATUS = N_("No status is declared: its issuer has no way to revoke it.")

# Notes on how the document was found (app.verifier.intake)
NOTES: dict[str, str] = {
    "attached_to_pdf": N_("It was attached to a PDF. Only what is attached was checked, not what is printed."),
    "several_attached": N_("The PDF carries several badges; the first was checked. Send the others alone."),
}

# Outcome of `trust` (app.verifier.trust) -> (title, text); `limited`: recognised, but not for this.
TRUST: dict[str, tuple[str, str]] = {
    "trusted": (N_("Its issuer is recognised"), N_("By: %(name)s.")),
    "limited": (N_("Its issuer is recognised, but not for this"), N_("By: %(name)s.")),
    "not_trusted": (
        N_("Its issuer is not known to this service"),
        N_("It is in none of the lists that were asked. That says nothing against the badge: judge for yourself."),
    ),
    "unknown": (
        N_("Whether its issuer is recognised could not be found out"),
        N_("That says nothing against the badge: judge for yourself whether you know its issuer."),
    ),
    "not_asked": (
        N_("Do you know its issuer?"),
        N_("This service vouches for no issuer. Judge by the name and the address whether you trust it."),
    ),
}

KEY_ONLY = N_("Its id is a key without an address, so its name is only its own word. Ask the issuer if in doubt.")

# `kind` of what is fetched (app.verifier.gather) -> what is asked for
FETCHED: dict[str, str] = {
    "document": N_("for what stands at this address"),
    "controlled_identifier": N_("which keys its signer has"),
    "key": N_("for the key that it was signed with"),
    "cryptographic_key": N_("for the key that it was signed with"),
    "issuer_metadata": N_("what its issuer publishes about itself"),
    "issuer_profile": N_("what its issuer publishes about itself"),
    "hosted_assertion": N_("for the original that its issuer keeps"),
    "badge_class": N_("what the badge is given for"),
    "status_list": N_("whether it was revoked"),
    "status_list_token": N_("whether it was revoked"),
    "revocation_list": N_("whether it was revoked"),
    "registry": N_("which issuers it recognises"),
}
OTHER_FETCHED = N_("for something that the check needs")

_SENTENCES: tuple[tuple[str, str], ...] = (
    (N_("The signature does not fit: something was changed, or another key signed."), "bad_signature"),
    (N_("It is not signed, so nothing proves who made it."), "not_signed unsecured_credential"),
    (N_("The presentation is not signed, so nothing shows who presents it."), "presentation_not_signed"),
    (
        N_("The signature, or something around it, is not written as it must be."),
        (
            "malformed_proof malformed_cbor malformed_jwt malformed_base58 malformed_base64url malformed_multibase"
            " malformed_varint malformed_sd_jwt malformed_disclosure malformed_digests malformed_envelope"
            " nested_envelope key_type_does_not_fit no_key unexpected_form"
        ),
    ),
    (
        N_("It is secured in a way that this service does not read."),
        (
            "unsupported_proof_type unsupported_cryptosuite unsupported_alg unsupported_key_reference"
            " unsupported_did_method unsupported_sd_alg unsupported_confirmation unsupported_envelope"
            " unsupported_verification unsupported_endorsement unsupported_key_type"
        ),
    ),
    (N_("It was signed in a way that proves nothing about who signed."), "forbidden_alg base_proof"),
    (
        N_("The signature was made for something else."),
        "wrong_proof_purpose wrong_domain wrong_challenge wrong_audience wrong_nonce wrong_sd_hash",
    ),
    (N_("The signature says of itself that it counts no longer."), "proof_expired key_binding_too_old"),
    (
        N_("A signature builds on another one that is missing or does not hold."),
        "previous_proof_missing previous_proof_unproven",
    ),
    (
        N_("It is so large or so complicated that not everything was checked."),
        (
            "too_many_proofs signature_budget canonicalization_budget jsonld_budget sd_jwt_budget verification_budget"
            " too_many_status_entries too_many_endorsements endorsements_too_deep too_many_credentials"
            " credentials_too_deep"
        ),
    ),
    (N_("The key that it was signed with could not be fetched."), "key_unavailable"),
    (
        N_("What is published about the key cannot be read."),
        ("key_unreadable malformed_public_key malformed_controlled_identifier_document malformed_did"),
    ),
    (N_("The key is not among those that its owner publishes."), "malformed_verification_method"),
    (
        N_("What is published about the key belongs to somebody else."),
        "wrong_controlled_identifier_document wrong_issuer_metadata",
    ),
    (N_("The key is not one that its owner signs credentials with."), "wrong_verification_relationship"),
    (N_("Its owner had given up the key."), "key_expired signed_after_key_end"),
    (N_("Its owner has given up the key since then."), "signed_before_key_end"),
    (N_("It does not say when it was signed."), "signing_time_unknown"),
    (N_("Its owner has revoked the key; nothing that it signed counts."), "key_revoked"),
    (
        N_("It has parts that nobody signed, or that can be understood in two ways."),
        (
            "undefined_term redefined_term aliased_term relative_iri malformed_language dropped_value inexact_number"
            " malformed_text malformed_jsonld unsupported_keyword repeated_id not_canonicalizable unsupported_context"
            " context_differs unreferenced_disclosure duplicate_digest duplicate_claim reserved_claim"
            " undisclosable_claim critical_header ambiguous_credential ambiguous_presentation"
        ),
    ),
    (N_("It uses a vocabulary that this service does not know."), "unknown_context unsigned_context"),
    (N_("Somebody else than its issuer signed it."), "issuer_mismatch"),
    (N_("Nothing confirms that the key is its issuer's."), "issuer_unconfirmed"),
    (N_("It does not name its issuer."), "no_issuer"),
    (N_("What secures it could not be read."), "unreadable_document"),
    (N_("It is not valid yet."), "not_yet_valid"),
    (N_("It has expired."), "expired"),
    (N_("A date in it cannot be read."), "unreadable_date"),
    (N_("Its issuer has revoked it."), "revoked"),
    (N_("Its issuer has suspended it for the time being."), "suspended"),
    (N_("What it says about its status is not written as it must be."), "malformed_status_entry status_without_id"),
    (
        N_("Its status is told in a way that this service does not read."),
        "unsupported_status_type status_not_understood status_purpose_differs",
    ),
    (
        N_("The original that its issuer keeps could not be fetched."),
        "hosted_assertion_unavailable badge_class_unavailable",
    ),
    (N_("The original that its issuer keeps says something else."), "hosted_assertion_differs"),
    (N_("Its issuer has edited the description of what it stands for since."), "badge_class_edited"),
    (N_("The list that tells whether it was revoked could not be fetched."), "status_list_unavailable"),
    (
        N_("The list that tells whether it was revoked cannot be relied upon."),
        (
            "status_list_unreadable status_list_unproven status_list_of_another_issuer status_list_of_another_url"
            " status_list_out_of_date status_list_too_short status_list_too_large status_index_out_of_range"
            " malformed_status_list status_list_of_another_time"
        ),
    ),
    (N_("An endorsement that it carries is not valid."), "invalid_endorsement malformed_endorsement"),
    (N_("It could not be found out whether an endorsement is valid."), "unconfirmed_endorsement"),
    (N_("The endorsement is of something else."), "endorsement_of_something_else"),
    (N_("Somebody else than the holder presents it."), "holder_mismatch"),
    (N_("Nothing confirms that the key is the holder's."), "holder_unconfirmed"),
    (N_("Nothing shows that its holder presents it."), "no_key_binding malformed_key_binding"),
    (N_("A credential in it is not valid."), "invalid_credential"),
    (N_("It could not be found out whether a credential in it is valid."), "unconfirmed_credential"),
    (
        N_("Something is missing that the standard asks for."),
        "missing_member missing_type no_criteria no_subject_identity empty_subject dangling_result",
    ),
    (
        N_("Something in it is not written as the standard asks."),
        (
            "malformed_date malformed_url malformed_value malformed_claim malformed_path unknown_member unknown_word"
            " wrong_context duplicate_id period_reversed unexpected_typ unexpected_cty kid_is_no_url other_document"
        ),
    ),
    (N_("Two places in it contradict each other."), "contradicting_claim digest_differs"),
    (N_("A newer one may exist; it was not asked for."), "newer_may_exist"),
    (N_("It does not keep the schema that it names."), "schema_not_kept schema_of_another_type"),
    (N_("It is about somebody else than the person you named."), "wrong_recipient"),
    (N_("Nothing in it can be compared with the person you named."), "recipient_unknown"),
    (N_("The check failed by a mistake of this service."), "internal_error"),
)
FINDINGS: dict[str, str] = {code: sentence for sentence, codes in _SENTENCES for code in codes.split()}
