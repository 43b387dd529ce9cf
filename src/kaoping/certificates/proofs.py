"""Proofs of credentials: Data Integrity ``eddsa-rdfc-2022`` within the document, or RS256 around it (VC-JWT).

The same document, key and time give the same bytes. Checking needs the public keys alone.

References
----------
.. [1] W3C (2025). *Data Integrity EdDSA Cryptosuites v1.0*, section 3.2.
.. [2] 1EdTech (2024). *Open Badges Specification 3.0*, section 8.2: RS256, ``kid`` or ``jwk``, ``typ`` JWT, no more.
"""

import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from kaoping.certificates.badge_keys import BadgeKey
from kaoping.certificates.credential_errors import CredentialError
from kaoping.certificates.keys import SigningKey
from kaoping.certificates.linked_data import canonical_digest
from kaoping.certificates.multibase import base58, from_base58
from kaoping.itembank import base64url

SUITE = "eddsa-rdfc-2022"
#: A badge of ours has about 3 kB; what is much longer is not looked at.
LONGEST = 32_768


def moment(at: datetime) -> str:
    """Write a time as credentials do: UTC, whole seconds.

    >>> moment(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    '2026-11-23T08:00:00Z'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def with_proof(document: dict[str, Any], key: SigningKey, *, did: str, at: datetime) -> dict[str, Any]:
    """Sign a document as Data Integrity; the proof is an array, as Open Badges' schema wants it.

    Raises
    ------
    TermUndefined : a term would not be covered by the signature.
    """
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(at),
        "verificationMethod": f"{did}#{key.key_id}",
        "proofPurpose": "assertionMethod",
    }
    signature = key.private_key.sign(_signed_bytes(document, options))
    return {**document, "proof": [{**options, "proofValue": f"z{base58(signature)}"}]}


def signed_by(document: dict[str, Any], keys: Mapping[str, Ed25519PublicKey], *, did: str) -> str | None:
    """Give the id of the published key whose proof a document bears, or nothing: no proof of ours, or changed since.

    ``did`` is whom the document must name as its issuer.
    """
    proof = document.get("proof")
    proof = proof[0] if isinstance(proof, list) and len(proof) == 1 else proof
    if not isinstance(proof, dict) or len(json.dumps(document)) > LONGEST or _issuer(document) != did:
        return None
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    home, _, key_id = str(proof.get("verificationMethod")).partition("#")
    fixed = (options.get("type"), options.get("cryptosuite"), options.get("proofPurpose"), home)
    if fixed != ("DataIntegrityProof", SUITE, "assertionMethod", did) or key_id not in keys:
        return None
    try:
        signature = from_base58(str(proof.get("proofValue")).removeprefix("z"))
        unsigned = {name: value for name, value in document.items() if name != "proof"}
        keys[key_id].verify(signature, _signed_bytes(unsigned, options))
    except (InvalidSignature, ValueError, CredentialError):
        return None
    return key_id


def _issuer(document: dict[str, Any]) -> object:
    issuer = document.get("issuer")
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def _signed_bytes(document: dict[str, Any], options: dict[str, Any]) -> bytes:
    configuration = {"@context": document.get("@context"), **options}
    return canonical_digest(configuration) + canonical_digest(document)


def jwt(document: dict[str, Any], key: BadgeKey, *, kid: str) -> str:
    """Sign a document as a JSON Web Token whose claims repeat issuer, id, subject and validity."""
    header = {"alg": "RS256", "kid": kid, "typ": "JWT"}
    signed = f"{_part(header)}.{_part(document | _claims(document))}"
    return f"{signed}.{base64url.encode(key.sign(signed.encode()))}"


def jwt_payload(token: str, keys: Mapping[str, RSAPublicKey]) -> dict[str, Any] | None:
    """Read the credential of a token that a published key signed (by ``kid``), or nothing."""
    signed, _, signature = token.strip().rpartition(".")
    head, _, body = signed.partition(".")
    if len(token) > LONGEST:
        return None
    try:
        header, payload = json.loads(base64url.decode(head)), json.loads(base64url.decode(body))
        key = keys.get(str(header["kid"])) if header.get("alg") == "RS256" else None
        if key is None:
            return None
        key.verify(base64url.decode(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError, LookupError, AttributeError, TypeError, RecursionError, binascii.Error):
        return None
    claims = _claims(payload)
    if any(payload.get(name) != value for name, value in claims.items()):
        return None
    return {name: value for name, value in payload.items() if name not in claims}


def _claims(document: dict[str, Any]) -> dict[str, Any]:
    claims = {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": _seconds(document["validFrom"]),
    }
    return claims | ({"exp": _seconds(document["validUntil"])} if "validUntil" in document else {})


def _seconds(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp())


def _part(value: dict[str, Any]) -> str:
    return base64url.encode(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
