"""`attesta registry …`, and `attesta verify --trust --recipient`."""

import json

from app.vc import did
from tests.cli.test_cli import _run
from tests.verifier.badges import KEY, badge, method_of, signed

ISSUER = did.did_key(KEY.public)
PLAIN = {"type": "IdentityObject", "hashed": False, "identityHash": "ana@city.example", "identityType": "emailAddress"}
SUBJECT = badge()["credentialSubject"] | {"identifier": [PLAIN]}
BADGE = signed(badge(ISSUER, validUntil=None, credentialSubject=SUBJECT), KEY, method_of(KEY), "eddsa-jcs-2022")


def done(folder, *arguments, code=0, stdin=b""):
    made = _run(folder, *arguments, stdin=stdin)
    assert made.returncode == code, made.stderr.decode()
    return made.stdout.decode()


def verified(folder, *arguments, code=0):
    return done(folder, "verify", "-", *arguments, code=code, stdin=json.dumps(BADGE).encode())


def test_registry_from_one_machine_tells_another_whom_to_trust(tmp_path):
    consortium, employer = tmp_path / "consortium", tmp_path / "employer"
    consortium.mkdir()
    employer.mkdir()
    done(consortium, "registry", "export", code=1)
    told = json.loads(done(consortium, "registry", "add", ISSUER, "--name", "University", "--from", "2025-01-01"))
    assert told["added"] == [ISSUER]
    assert json.loads(done(consortium, "registry", "list"))["entries"][0]["name"] == "University"
    file = tmp_path / "registry.json"
    done(consortium, "registry", "export", "--output", str(file))
    assert "issuer: trusted: My training organisation recognises" in verified(employer, "--trust", str(file))
    assert list(employer.iterdir()) == []  # verifying leaves no trace
    done(consortium, "registry", "end", ISSUER, "--until", "2025-06-30")
    done(consortium, "registry", "export", "--output", str(file))
    assert "issuer: not_trusted" in verified(employer, "--trust", str(file))
    file.write_text(file.read_text().replace("2025-06-30", "2029-06-30"))
    assert "issuer: unknown" in verified(employer, "--trust", str(file))


def test_import_replaces_the_list(tmp_path):
    file = tmp_path / "entries.json"
    file.write_text(
        json.dumps({"entries": [{"issuer": ISSUER, "scope": [{"framework": "F", "competencies": ["C01"]}]}]})
    )
    assert json.loads(done(tmp_path, "registry", "import", str(file), "--dry-run"))["added"] == [ISSUER]
    assert json.loads(done(tmp_path, "registry", "import", str(file)))["outcome"] == "changed"
    assert json.loads(done(tmp_path, "registry", "import", str(file)))["outcome"] == "unchanged"
    done(tmp_path, "registry", "add", ISSUER, "--competency", "C01", code=1)


def test_recipient(tmp_path):
    assert "valid    recipient" in verified(tmp_path, "--recipient", "Ana@city.example")
    assert "invalid  recipient" in verified(tmp_path, "--recipient", "eve@city.example", code=1)
    assert "issuer:" not in verified(tmp_path)
