"""What wallets are told of an issuer: in which languages."""

import pytest

PATH = "/.well-known/openid-credential-issuer/issuers/main"


@pytest.mark.parametrize(("accepted", "languages"), [("*", 6), ("bg", 1), ("bg, *;q=0.1", 1), ("fr", 6)])
def test_names_are_told_in_one_language_only_where_one_is_wanted(loaded, accepted, languages):
    supported = loaded.client.get(PATH, headers={"Accept-Language": accepted}).json()
    told = supported["credential_configurations_supported"]["smart-city-reference.MC-02.ldp_vc"]
    assert len({each["locale"] for each in told["credential_metadata"]["display"]}) == languages
