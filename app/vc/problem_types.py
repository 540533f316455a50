"""The problem type URLs that W3C specifications give to errors. A finding carries one where one exists.

Data Integrity 1.0 section 4.7 (https://www.w3.org/TR/vc-data-integrity/#processing-errors), Controlled Identifiers 1.0
section 3.5 (https://www.w3.org/TR/cid-1.0/#processing-errors), Bitstring Status List 1.0 section 3.5
(https://www.w3.org/TR/vc-bitstring-status-list/#processing-errors), VCDM 2.0 section 7.6
(https://www.w3.org/TR/vc-data-model-2.0/#problem-details).
"""

PROOF_VERIFICATION_ERROR = "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
PROOF_TRANSFORMATION_ERROR = "https://w3id.org/security#PROOF_TRANSFORMATION_ERROR"
INVALID_DOMAIN_ERROR = "https://w3id.org/security#INVALID_DOMAIN_ERROR"
INVALID_CHALLENGE_ERROR = "https://w3id.org/security#INVALID_CHALLENGE_ERROR"
# Named in Data Integrity section 2.4.2, without an entry in its table of errors.
DATA_LOSS_DETECTION_ERROR = "https://w3id.org/security#DATA_LOSS_DETECTION_ERROR"

INVALID_VERIFICATION_METHOD_URL = "https://w3id.org/security#INVALID_VERIFICATION_METHOD_URL"
INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID = "https://w3id.org/security#INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID"
INVALID_CONTROLLED_IDENTIFIER_DOCUMENT = "https://w3id.org/security#INVALID_CONTROLLED_IDENTIFIER_DOCUMENT"
INVALID_VERIFICATION_METHOD = "https://w3id.org/security#INVALID_VERIFICATION_METHOD"
INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD = "https://w3id.org/security#INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"

STATUS_VERIFICATION_ERROR = "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR"
STATUS_LIST_LENGTH_ERROR = "https://www.w3.org/ns/credentials/status-list#STATUS_LIST_LENGTH_ERROR"
STATUS_RANGE_ERROR = "https://www.w3.org/ns/credentials/status-list#RANGE_ERROR"
STATUS_MALFORMED_VALUE_ERROR = "https://www.w3.org/ns/credentials/status-list#MALFORMED_VALUE_ERROR"

PARSING_ERROR = "https://www.w3.org/TR/vc-data-model#PARSING_ERROR"
CRYPTOGRAPHIC_SECURITY_ERROR = "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR"
MALFORMED_VALUE_ERROR = "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR"
RANGE_ERROR = "https://www.w3.org/TR/vc-data-model#RANGE_ERROR"
