"""The certificate as an Open Badge 3.0: what it says, what it hides, its proofs."""

import hashlib
import json
from datetime import date
from typing import Any

import pytest

from kaoping.certificates import credential as credentials
from kaoping.certificates.achievement_kinds import KINDS
from kaoping.certificates.credential import bytes_for, credential, identity_hash, salt, token_for
from kaoping.certificates.credential_errors import ContextUnknown, LinkedDataTooKnotted, TermUndefined
from kaoping.certificates.kinds import WORDS, CertificateKind
from kaoping.certificates.linked_data import canonical_digest, canonical_quads
from kaoping.certificates.proofs import jwt_payload, signed_by, with_proof
from kaoping.certificates.statement import Award
from tests.certificates.builders import NUMBER, an_award
from tests.certificates.credential_builders import HOME, KEY, KEYS, SINCE, a_badge, an_rsa_key


def a_credential(award: Award | None = None, **said: Any) -> dict[str, Any]:
    return credential(award or an_award(), NUMBER, home=HOME, badge=a_badge(**said))


def a_signed_one(**said: Any) -> dict[str, Any]:
    return with_proof(a_credential(**said), KEY, did=HOME.did, at=SINCE)


def test_the_same_award_number_key_and_time_give_the_same_bytes() -> None:
    made = bytes_for(an_award(), NUMBER, home=HOME, badge=a_badge(), key=KEY, at=SINCE)

    assert made == bytes_for(an_award(), NUMBER, home=HOME, badge=a_badge(), key=KEY, at=SINCE)
    assert hashlib.sha256(made).hexdigest() == "0a993762416d2c93770fc5448938d6cf811ca097318f3617af8ec35a3f55add4"


def test_of_the_holder_a_credential_says_nothing_that_can_be_read() -> None:
    award = an_award()
    written = bytes_for(award, NUMBER, home=HOME, badge=a_badge(), key=KEY, at=SINCE).decode()

    assert NUMBER in written
    assert not [word for word in (award.name, award.name_en, award.id_number, award.id_number[-6:]) if word in written]
    assert a_badge().secret not in written


def test_the_holder_shows_with_a_salt_that_the_badge_is_theirs_and_each_identity_has_its_own() -> None:
    award = an_award()
    said = {one["identityType"]: one for one in a_credential()["credentialSubject"]["identifier"]}

    for kind, value in credentials.identities(award).items():
        assert said[kind]["hashed"] is True
        assert said[kind]["identityHash"] == identity_hash(value, salt(a_badge().secret, kind))
    assert salt("a", "name") != salt("a", "nationalIdentityNumber")
    assert salt("a", "name") != salt("b", "name")


def test_the_name_stands_in_the_credential_only_when_it_is_chosen_and_the_identity_number_never() -> None:
    made = credential(an_award(), NUMBER, home=HOME, badge=a_badge(), show_name=True)
    name, number = made["credentialSubject"]["identifier"]

    assert (name["hashed"], name["identityHash"]) == (False, "林知远")
    assert number["hashed"] is True


def test_a_demonstration_is_marked_on_every_name_that_a_wallet_shows() -> None:
    marked, real = a_credential(), a_credential(an_award(demonstration=False))

    for made, expected in ((marked, True), (real, False)):
        achievement = made["credentialSubject"]["achievement"]
        for words in (made["name"], achievement["name"], achievement["description"]):
            assert ("示范样张 无效" in words) is expected
    assert marked["credentialSubject"]["achievement"]["id"] != real["credentialSubject"]["achievement"]["id"]


def test_the_proof_is_an_array_and_verifies_with_the_public_key_alone() -> None:
    signed = a_signed_one()

    assert [proof["cryptosuite"] for proof in signed["proof"]] == ["eddsa-rdfc-2022"]
    assert signed["proof"][0]["verificationMethod"] == f"did:web:cert.example.cn#{KEY.key_id}"
    assert signed_by(signed, KEYS, did=HOME.did) == KEY.key_id
    assert signed_by(signed, {}, did=HOME.did) is None
    assert signed_by(signed, KEYS, did="did:web:other.example") is None


@pytest.mark.parametrize(
    "tamper",
    [
        lambda it: it["credentialSubject"]["achievement"].update(name="电工 一级/高级技师"),
        lambda it: it["credentialSubject"].update(licenseNumber="S000000000000261000001"),
        lambda it: it["credentialStatus"].update(statusListIndex="43"),
        lambda it: it.update(validUntil="2099-01-01T00:00:00Z"),
        lambda it: it.update(honour="with distinction"),
        lambda it: it.update({"@context": [*it["@context"], "https://elsewhere.example/context"]}),
        lambda it: it["issuer"].update(id="did:web:elsewhere.example"),
        lambda it: it["proof"][0].update(created="2020-01-01T00:00:00Z"),
        lambda it: it["proof"][0].update(proofValue="z" + "1" * 88),
        lambda it: it["proof"][0].update(proofValue="0OIl"),
        lambda it: it.update(proof=[]),
        lambda it: it.pop("proof"),
    ],
)
def test_a_tampered_credential_is_refused(tamper: Any) -> None:
    signed = json.loads(json.dumps(a_signed_one()))
    tamper(signed)

    assert signed_by(signed, KEYS, did=HOME.did) is None


def test_a_term_that_no_context_defines_is_refused_before_it_could_vanish_from_what_is_signed() -> None:
    with pytest.raises(TermUndefined) as caught:
        with_proof(a_credential() | {"honour": "with distinction"}, KEY, did=HOME.did, at=SINCE)
    assert caught.value.terms == "honour"

    with pytest.raises(TermUndefined, match="Diploma"):
        canonical_digest(a_credential() | {"type": ["VerifiableCredential", "Diploma"]})
    with pytest.raises(TermUndefined, match="here"):
        canonical_digest(a_credential() | {"id": "here"})


def test_no_context_is_fetched() -> None:
    with pytest.raises(ContextUnknown, match="elsewhere"):
        canonical_digest(a_credential() | {"@context": ["https://elsewhere.example/context"]})


def test_a_graph_that_would_take_for_ever_to_name_is_refused() -> None:
    knot = {"type": "IdentityObject", "hashed": True, "identityType": "name", "identityHash": "x"}
    made = a_credential()
    made["credentialSubject"]["identifier"] = [dict(knot, salt=str(k)) for k in range(9)]

    with pytest.raises(LinkedDataTooKnotted):
        canonical_digest(made)


def test_the_statements_are_those_of_the_vocabularies() -> None:
    quads = canonical_quads(a_credential())

    assert f'<https://purl.imsglobal.org/spec/vc/ob/vocab.html#licenseNumber> "{NUMBER}"' in quads
    assert quads.count("https://purl.imsglobal.org/spec/vc/ob/vocab.html#IdentityObject") == 2
    assert '#validFrom> "2026-11-23T08:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>' in quads


def test_a_token_has_the_header_and_claims_of_open_badges_and_a_changed_one_is_refused() -> None:
    award = an_award(valid_until=date(2031, 11, 23))
    key, url = an_rsa_key(), HOME.badge_key_url(an_rsa_key().key_id)
    made = token_for(award, NUMBER, home=HOME, badge=a_badge(), key=key).decode()
    keys = {url: key.public_key}

    payload = jwt_payload(made, keys)

    assert payload == a_credential(award)
    assert payload["validUntil"] == "2031-11-23T15:59:59Z"
    assert jwt_payload(made, {}) is None
    assert jwt_payload(made[:-8] + "AAAAAAAA", keys) is None
    assert jwt_payload("no.token", keys) is None
    head, body, _ = made.split(".")
    assert jwt_payload(f"{head}.{body}.", keys) is None


def test_a_credential_has_the_structure_that_the_schema_of_open_badges_asks_for() -> None:
    signed = a_signed_one()
    subject, achievement = signed["credentialSubject"], signed["credentialSubject"]["achievement"]

    assert signed["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert {"id", "type", "issuer", "validFrom", "credentialSubject"} <= set(signed)
    assert set(signed["type"]) == {"VerifiableCredential", "OpenBadgeCredential"}
    assert {"id", "type", "name", "description", "criteria"} <= set(achievement)
    assert subject["type"] == ["AchievementSubject"]
    assert isinstance(signed["credentialStatus"], dict)
    assert isinstance(signed["proof"], list)


@pytest.mark.parametrize("kind", CertificateKind)
def test_every_kind_has_a_title_a_type_and_criteria(kind: CertificateKind) -> None:
    made = a_credential(an_award(kind=kind, level=""))

    achievement = made["credentialSubject"]["achievement"]
    assert made["name"].startswith(WORDS[kind].title)
    assert achievement["achievementType"] == KINDS[kind].type
    assert an_award().issuer in achievement["criteria"]["narrative"]
