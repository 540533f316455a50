"""`attesta jose` as the W3C's vc-jose-cose test suite calls it: files in, one file out, an exit code."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import command_line, main
from tests.vc.test_jose_cose import (
    CREDENTIAL,
    FORMS,
    ISSUER,
    document_for,
    envelope,
    jwk_of,
    method,
    presentation,
    signed,
)
from tests.vc.test_keys import PRIVATE_KEYS

RUNNER = CliRunner()


@dataclass
class Done:
    """What a command came to: its exit code, and the file that it wrote."""

    code: int
    result: dict
    stderr: str


@dataclass
class Desk:
    """A folder to work in."""

    folder: Path

    def put(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def run(self, function, feature, content, key=None, *more):
        output = self.folder / "output.json"
        files = ["--input", self.put("input", content), "--key", self.put("key.json", method() if key is None else key)]
        done = RUNNER.invoke(
            command_line(), ["jose", function, *files, "--feature", feature, "--output", str(output), *more]
        )
        return Done(done.exit_code, json.loads(output.read_text()) if output.exists() else {}, done.stderr)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.mark.parametrize("feature", FORMS)
@pytest.mark.parametrize("key_type", ["Ed25519", "P-256", "P-384", "P-521"])
def test_what_is_issued_verifies(desk, feature, key_type):
    issued = desk.run("issue", feature, document_for(feature), method(key_type))
    assert (issued.code, issued.result["result"], issued.result["findings"]) == (0, "success", [])
    verified = desk.run("verify", feature, issued.result["data"] + "\n", method(key_type), "--at", "now")
    assert (verified.code, verified.result["result"]) == (0, "success")
    assert json.loads(verified.result["data"]) == document_for(feature)


def test_the_holder_can_leave_out_what_sd_names(desk):
    paths = json.dumps(["credentialSubject.address.street", "credentialSubject.phoneNumbers[0]"])
    issued = desk.run("issue", "credential_sdjwt", CREDENTIAL, None, "--sd", paths)
    token, *disclosures, _ = issued.result["data"].split("~")
    assert len(disclosures) == 2
    bare = desk.run("verify", "credential_sdjwt", f"{token}~")
    assert (bare.code, json.loads(bare.result["data"])["credentialSubject"]["address"]) == (0, {"city": "Anytown"})


def test_every_salt_is_new(desk):
    paths = '["credentialSubject.salary"]'
    texts = {desk.run("issue", "credential_sdjwt", CREDENTIAL, None, "--sd", paths).result["data"] for _ in range(3)}
    assert len(texts) == 3


@pytest.mark.parametrize(
    ("feature", "document", "code"),
    [
        ("credential_jose", {**CREDENTIAL, "badExtension": {"huh": "what?"}}, "undefined_term"),
        ("credential_sdjwt", {**CREDENTIAL, "issuer": "https://other.example"}, "issuer_mismatch"),
        ("presentation_jose", presentation(CREDENTIAL), "unsecured_credential"),
        ("presentation_sdjwt", presentation({**envelope("vc+jwt,a"), "id": "not-a-credential"}), "malformed_envelope"),
        ("credential_jose", "not JSON", "malformed_input"),
        ("credential_jose", "[]", "malformed_input"),
    ],
)
def test_what_is_not_sound_is_not_issued(desk, feature, document, code):
    refused = desk.run("issue", feature, document)
    assert (refused.code, refused.result["result"], refused.result["data"]) == (1, "failure", "")
    assert [finding["code"] for finding in refused.result["findings"]] == [code]
    assert code in refused.stderr


@pytest.mark.parametrize(
    ("feature", "content", "code"),
    [
        ("credential_jose", CREDENTIAL, "malformed_jwt"),
        ("presentation_jose", presentation(), "malformed_jwt"),
        ("credential_jose", signed(CREDENTIAL, typ="bad+typ", cty="bad+cty"), "unexpected_typ"),
        ("credential_jose", signed(CREDENTIAL, PRIVATE_KEYS["P-384"], alg="ES384"), "key_type_does_not_fit"),
        ("credential_jose", signed({**CREDENTIAL, "vc": "oops", "vp": "no"}), "ambiguous_credential"),
        ("presentation_jose", signed(presentation(envelope("vc+jwt,a.b.c")), typ="vp+jwt"), "malformed_jwt"),
        ("credential_sdjwt", signed(CREDENTIAL, typ="vc+sd-jwt"), "unexpected_form"),
        ("credential_sdjwt", signed(CREDENTIAL, typ="bad+typ") + "~", "unexpected_typ"),
        ("credential_jose", "ä.b.c", "malformed_input"),
    ],
)
def test_what_is_not_secured_fails(desk, feature, content, code):
    failed = desk.run("verify", feature, content)
    assert (failed.code, failed.result["result"], failed.result["data"]) == (1, "failure", "")
    assert code in [finding["code"] for finding in failed.result["findings"]]


def test_times_are_told_and_decide_with_at(desk):
    token = signed({**CREDENTIAL, "exp": 1_734_397_450, "validUntil": "2030-01-01T00:00:00Z"})
    told = desk.run("verify", "credential_jose", token)
    assert (told.code, [note["code"] for note in told.result["notes"]]) == (0, ["expired"])
    assert "expired" in told.stderr
    assert desk.run("verify", "credential_jose", token, None, "--at", "now").code == 1
    assert desk.run("verify", "credential_jose", token, None, "--at", "2024-12-01T00:00:00Z").code == 0


@pytest.mark.parametrize("function", ["issue", "verify"])
@pytest.mark.parametrize("feature", ["credential_cose", "presentation_cose"])
def test_cose_is_not_supported_and_says_so(desk, function, feature):
    done = desk.run(function, feature, CREDENTIAL)
    assert (done.code, done.result["result"]) == (3, "indeterminate")
    assert "COSE is not supported" in done.stderr


def test_an_unknown_algorithm_is_indeterminate(desk):
    done = desk.run("verify", "credential_jose", signed(CREDENTIAL, alg="ES256K"))
    assert (done.code, done.result["result"]) == (3, "indeterminate")


@pytest.mark.parametrize(
    ("function", "feature", "more"),
    [
        ("issue", "credential_xml", []),
        ("verify", "jose", []),
        ("issue", "credential_sdjwt", ["--sd", "salary"]),
        ("issue", "credential_sdjwt", ["--sd", "[1]"]),
        ("verify", "credential_jose", ["--at", "yesterday"]),
    ],
)
def test_wrong_use_is_told_apart(desk, function, feature, more):
    done = desk.run(function, feature, CREDENTIAL, None, *more)
    assert (done.code, done.result) == (2, {})


def test_a_file_that_cannot_be_read_or_written_gives_no_result(desk, monkeypatch, capsys):
    key = desk.put("key.json", method())
    there = desk.put("there.json", CREDENTIAL)
    for source, output in ((str(desk.folder / "gone"), "-"), (there, str(desk.folder / "no" / "folder"))):
        arguments = ["--input", source, "--key", key, "--feature", "credential_jose", "--output", output]
        monkeypatch.setattr("sys.argv", ["attesta", "jose", "issue", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        assert (end.value.code, "cannot be" in capsys.readouterr().err) == (1, True)


def test_the_result_goes_to_stdout_unless_told_otherwise(desk):
    files = ["--input", desk.put("input", CREDENTIAL), "--key", desk.put("key.json", jwk_of(PRIVATE_KEYS["P-521"]))]
    done = RUNNER.invoke(command_line(), ["jose", "issue", *files, "--feature", "credential_jose"])
    assert (done.exit_code, json.loads(done.stdout)["result"]) == (0, "success")


def test_secrets_are_in_no_message(desk):
    key = method(secretKeyJwk={**jwk_of(PRIVATE_KEYS["P-256"]), "d": "secret-that-is-no-key"})
    done = desk.run("issue", "credential_jose", CREDENTIAL, key)
    assert done.code == 1
    assert "secret-that-is-no-key" not in done.stderr + json.dumps(done.result)
    assert ISSUER not in done.stderr
