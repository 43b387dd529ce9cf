"""``kaoping verify``: whether a certificate is genuine, from the file and the issuer's published keys alone."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from kaoping.certificates.file_report import FileReport

#: The verdict in large words, and what it means.
WORDS: Final = {
    "genuine": ("GENUINE", "The issuer signed exactly this."),
    "specimen": ("SPECIMEN, NOT VALID", "It was made for demonstration and proves nothing about anybody."),
    "expired": ("EXPIRED", "The issuer signed exactly this, but its last day of validity is over."),
    "changed": ("CHANGED AFTER SIGNING", "Do not rely on it. Ask the holder for the file as it was issued."),
    "foreign": ("SIGNED BY SOMEBODY ELSE", "No key given with --trust signed it."),
    "unjudged": (
        "SIGNED, BY A KEY THAT IS NOT KNOWN HERE",
        "Whether the issuer signed it is not told: give the file of its keys with --trust.",
    ),
    "unsigned": ("NOT SIGNED", "The file proves nothing by itself. Ask at the address printed on it."),
    "not_ours": ("NOT ONE OF OUR CERTIFICATES", "It is no PDF, badge or code that this program can recognise."),
}
_UNKNOWN = (
    "Not known without the register: whether it was suspended, revoked or replaced since it was signed. "
    "Ask at the address printed on it."
)


@click.command()
@click.argument("subject", metavar="FILE|QRTEXT")
@click.option(
    "--trust",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What the issuer publishes at /verify/issuer.pem or /verify/keys.json: its certificates and public keys.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the answer as JSON.")
def verify(subject: str, trust: Path | None, *, as_json: bool) -> None:
    """Check a certificate without a network or database: a PDF, a badge, or the text of its QR code.

    Exit status: 0 genuine, 3 specimen, 4 expired, 5 changed, 6 signed by somebody else, 7 not signed, 8 not ours,
    9 signed, but no key of the issuer is given.
    """
    from kaoping.certificates import file_checking, offline_answers

    try:
        pem = _trusted(trust.read_bytes()) if trust else b""
    except ValueError as error:
        raise click.ClickException(f"{trust} cannot be used: {error}.") from None
    report = file_checking.check(_content(subject), trust_pem=pem)
    verdict = offline_answers.judge(report, at=datetime.now(UTC), trusting=trust is not None)
    if as_json:
        facts = asdict(report) | {"words": None, "query_keys": None, "verdict": verdict, "fields": _shown(report)}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2, default=str))
    else:
        for line in _told(report, verdict):
            click.echo(line)
    sys.exit(offline_answers.EXITS[verdict])


def _trusted(content: bytes) -> bytes:
    """Give keys as PEM, from PEM or from the list of keys, whose revocations count; raises ``ValueError``."""
    from kaoping.certificates import key_document
    from kaoping.certificates.document_signatures import Trust

    pem = key_document.trusted_pem(content) if content.lstrip().startswith(b"{") else content
    Trust.from_pem(pem)
    return pem


def _content(subject: str) -> bytes:
    """Take the text of a code as it is, and everything else as the name of a file."""
    if subject.upper().startswith(("HTTPS://", "HTTP://")):
        return subject.encode()
    try:
        return Path(subject).read_bytes()
    except OSError as error:
        raise click.ClickException(
            f"{subject} cannot be read: {(error.strerror or 'unknown reason').lower()}."
        ) from None


def _told(report: "FileReport", verdict: str) -> Iterator[str]:
    heading, meaning = WORDS[verdict]
    yield heading
    yield meaning
    if signed := report.signed:
        yield f"Signed by: {_plain(signed.signer)}"
        yield f"Signed on: {signed.at.isoformat() if signed.at else 'not said'}"
    for field, value in _shown(report).items():
        yield f"{field.replace('_', ' ')}: {_plain(value)}"
    yield f"SHA-256: {report.sha256}"
    if verdict in {"genuine", "expired"}:
        yield _UNKNOWN


def _shown(report: "FileReport") -> dict[str, str]:
    """Give the fields with the identity number masked: answers end in logs."""
    from kaoping.certificates.face_fields import Field
    from kaoping.certificates.statement import mask

    return {field.value: mask(value) if field is Field.ID_NUMBER else value for field, value in report.fields.items()}


def _plain(text: str) -> str:
    """Leave out what could steer a terminal: the words come from a file of anybody."""
    return "".join(letter for letter in text if letter.isprintable())
