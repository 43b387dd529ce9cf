"""Two JavaScript libraries and jose verify what Kaoping issued, with the official contexts.

Node is a tool of this test alone. ``scripts/test`` installs the libraries where npm is; without them the test is
skipped, unless ``KAOPING_TEST_NODE=1`` asks for it.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kaoping.certificates.badge_keys import jwk
from kaoping.certificates.credential import Place, bytes_for, token_for, written
from kaoping.certificates.did import PublishedKey, document
from kaoping.certificates.proofs import with_proof
from kaoping.certificates.status_list import Purpose, status_list
from tests.certificates.builders import NUMBER, an_award
from tests.certificates.credential_builders import HOME, KEY, SINCE, a_badge, an_rsa_key

HERE = Path(__file__).parents[1] / "javascript"
LIBRARIES = ("@digitalbazaar/vc", "@digitalcredentials/vc")
ASKED = os.environ.get("KAOPING_TEST_NODE") == "1"

pytestmark = pytest.mark.skipif(
    not ASKED and not (shutil.which("node") and (HERE / "node_modules" / "installed.json").exists()),
    reason="Node or its libraries are missing; where npm is, scripts/test installs them",
)


def issued(place: int) -> dict[str, Any]:
    badge = a_badge(place=Place(1, place))
    made: dict[str, Any] = json.loads(bytes_for(an_award(), NUMBER, home=HOME, badge=badge, key=KEY, at=SINCE))
    return made


def tampered() -> dict[str, Any]:
    made = issued(42)
    made["credentialSubject"]["achievement"]["name"] = "电工 一级/高级技师"
    return made


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("credentials")
    rsa = an_rsa_key()
    url, kid = HOME.status_url(Purpose.REVOCATION, 1), HOME.badge_key_url(rsa.key_id)
    revoked = status_list(url, Purpose.REVOCATION, [7, 99], did=HOME.did, since=SINCE)
    token = token_for(an_award(), NUMBER, home=HOME, badge=a_badge(), key=rsa).decode()
    head, body, signature = token.split(".")
    keys = [PublishedKey(KEY.key_id, KEY.public_key), PublishedKey(rsa.key_id, rsa.public_key)]
    files = {
        "good.json": written(issued(42)),
        "revoked.json": written(issued(7)),
        "tampered.json": written(tampered()),
        "good.jwt": token.encode(),
        "tampered.jwt": f"{head}.{body[:-4]}AAAA.{signature}".encode(),
        "did.json": written(document(HOME.origin, keys)),
        "status.json": written(with_proof(revoked, KEY, did=HOME.did, at=SINCE)),
        "key.json": written(dict(jwk(rsa.public_key))),
        "web.json": written({HOME.did: "did.json", url: "status.json", kid: "key.json"}),
    }
    files["asked.json"] = json.dumps(
        [name for name in files if name.split(".")[0] in {"good", "revoked", "tampered"}]
    ).encode()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    done = subprocess.run(
        ["node", "verify.mjs", str(folder)], cwd=HERE, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, dict[str, dict[str, Any]]] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_good_credential_verifies_and_its_status_is_clear(found: Any, library: str) -> None:
    assert found["good.json"][library] == {"verified": True, "status": [False], "error": None}


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_status_of_a_revoked_credential_is_true(found: Any, library: str) -> None:
    assert found["revoked.json"][library]["status"] == [True]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_tampered_credential_is_refused(found: Any, library: str) -> None:
    assert found["tampered.json"][library]["verified"] is False
    assert "signature" in found["tampered.json"][library]["error"].lower()


def test_jose_verifies_the_token_and_refuses_a_changed_one(found: Any) -> None:
    assert found["good.jwt"]["jose"] == {
        "verified": True,
        "name": "标准化从业人员（示范） 三级/高级工（示范样张 无效）",
    }
    assert found["tampered.jwt"]["jose"]["verified"] is False
