"""``kaoping verify``: a plain answer and an exit status for each case, without a database."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from kaoping.exam.cli import main
from tests.certificates.builders import NUMBER
from tests.certificates.signed_files import signed, trust_pem
from tests.certificates.test_file_reading import sealed, sheet


def run(folder: Path, content: bytes, *options: str) -> Result:
    (folder / "file.pdf").write_bytes(content)
    (folder / "issuer.pem").write_bytes(trust_pem())
    trust = ["--trust", str(folder / "issuer.pem")]
    return CliRunner().invoke(main, ["verify", str(folder / "file.pdf"), *trust, *options])


def test_each_case_has_its_words_and_its_status(tmp_path: Path) -> None:
    specimen, changed = run(tmp_path, sealed()), run(tmp_path, sealed() + b"\n")
    foreign, unsigned = run(tmp_path, signed(sheet(), by="路人")), run(tmp_path, sheet())
    other = run(tmp_path, b"hello")

    assert (specimen.exit_code, changed.exit_code, foreign.exit_code) == (3, 5, 6)
    assert (unsigned.exit_code, other.exit_code) == (7, 8)
    assert specimen.output.startswith("SPECIMEN, NOT VALID\n")
    assert "id number: 110***********0011" in specimen.output
    assert "CHANGED AFTER SIGNING" in changed.output


def test_the_answer_is_written_as_json(tmp_path: Path) -> None:
    said = json.loads(run(tmp_path, sealed(), "--json").output)

    assert (said["verdict"], said["signed"]["trusted"], said["fields"]["number"]) == ("specimen", True, NUMBER)
    assert "***" in said["fields"]["id_number"]


def test_without_trust_nobody_is_known_and_a_wrong_file_of_keys_is_named(tmp_path: Path) -> None:
    (tmp_path / "file.pdf").write_bytes(sealed())
    (tmp_path / "wrong.pem").write_text("no keys")

    alone = CliRunner().invoke(main, ["verify", str(tmp_path / "file.pdf")])
    wrong = CliRunner().invoke(main, ["verify", str(tmp_path / "file.pdf"), "--trust", str(tmp_path / "wrong.pem")])
    (tmp_path / "longer.pdf").write_bytes(sealed() + b"\n% more")
    longer = CliRunner().invoke(main, ["verify", str(tmp_path / "longer.pdf")])
    missing = CliRunner().invoke(main, ["verify", str(tmp_path / "none.pdf")])

    assert alone.exit_code == 9
    assert "SIGNED, BY A KEY THAT IS NOT KNOWN HERE" in alone.output
    assert "give the file of its keys with --trust" in alone.output
    assert longer.exit_code == 5, "what was added behind a signature is a change, whoever signed"
    assert (wrong.exit_code, missing.exit_code) == (1, 1)
    assert "wrong.pem cannot be used" in wrong.output


def test_the_list_of_keys_is_trusted_but_for_what_was_in_other_hands(tmp_path: Path) -> None:
    (tmp_path / "file.pdf").write_bytes(sealed())
    key = {"kid": "seal", "purpose": "document", "algorithm": "RSA-3072", "pem": trust_pem().decode()}
    spare = key | {"kid": "spare", "pem": trust_pem("路人").decode()}
    lists = {
        "good": {"keys": [key | {"revoked_at": "2026-11-20T00:00:00Z", "reason": "superseded"}]},
        "stolen": {"keys": [key | {"reason": "keyCompromise"}, spare]},
        "wrong": {"keys": [{"kid": "seal"}]},
    }

    def asked(name: str) -> Result:
        (tmp_path / f"{name}.json").write_text(json.dumps(lists[name]))
        trust = ["--trust", str(tmp_path / f"{name}.json")]
        return CliRunner().invoke(main, ["verify", str(tmp_path / "file.pdf"), *trust])

    good, stolen, wrong = map(asked, ("good", "stolen", "wrong"))

    assert (good.exit_code, stolen.exit_code, wrong.exit_code) == (3, 6, 1)
    assert "no list of keys" in wrong.output
