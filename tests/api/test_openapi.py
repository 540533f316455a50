"""openapi/openapi.json is what the service says of itself."""

import json
from pathlib import Path

from app.asgi import openapi_document

FILE = Path(__file__).parents[2] / "openapi" / "openapi.json"
NAMED = {  # paths that scripts rely on
    "/api/v1/learners/{learner_id}": {"get", "put"},
    "/api/v1/learners": {"get", "post"},
    "/api/v1/frameworks": {"get", "post"},
    "/api/v1/assessments/{assessment_id}/results": {"post"},
    "/api/v1/results": {"post"},
    "/api/v1/learners/{learner_id}/evaluation": {"get"},
    "/api/v1/credentials": {"get", "post"},
    "/api/v1/credentials/{credential_id}/revoke": {"post"},
    "/status-lists/{list_id}": {"get"},
    "/verify": {"post"},
    "/health/ready": {"get"},
}

BODILESS = (
    "/nonce",
    "/credential-offer",
    "/reissue",
    "/offers/{offer_id}/withdraw",
    "/mails/{mail_id}/send",
    "/check",
    "/run-again",
    "/publish",
)  # what these take stands in their path


def test_the_file_is_up_to_date():
    assert json.loads(FILE.read_text()) == openapi_document(), "run `make openapi`"


def test_the_promised_paths_are_there():
    paths = openapi_document()["paths"]
    for path, methods in NAMED.items():
        assert methods <= set(paths[path]), path


def test_every_operation_says_what_it_does_and_what_it_takes():
    for path, operations in openapi_document()["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description") or operation.get("summary"), (method, path)
            if method in ("post", "put") and not path.endswith(BODILESS):
                assert "requestBody" in operation, (method, path)
