"""Linked data of credentials: contexts that lie in this package, terms that are all defined, one canonical form.

The W3C context is carried whole, as its licence allows. 1EdTech's licence allows nobody unregistered to hand on its
context, so the terms that Kaoping writes are defined here once more from the published vocabulary: a term's address is
a fact, and the same terms give the same signed statements. Nothing is ever fetched.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from kaoping.certificates.credential_errors import ContextUnknown, LinkedDataTooKnotted, TermUndefined

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
_TERMS = "open-badges-terms.json"
_FILES = {CREDENTIALS: "credentials-v2.json", OPEN_BADGES: _TERMS, EXTENSIONS: _TERMS}
_FOLDER = Path(__file__).parent / "contexts"

#: What an undefined term becomes instead of vanishing from what is signed.
_UNDEFINED = "undefined:"
#: Nodes without a name; naming them canonically may take a factorial of time, and no credential of ours has more.
MOST_BLANK_NODES = 6


@cache
def _context(url: str) -> dict[str, Any]:
    if url not in _FILES:
        raise ContextUnknown(url=url)
    context: dict[str, Any] = json.loads((_FOLDER / _FILES[url]).read_bytes())
    return context


def _load(url: str, _options: object) -> dict[str, Any]:
    """Answer the processor's request for a context from this package, or refuse."""
    return {"contextUrl": None, "documentUrl": url, "document": _context(url), "contentType": "application/ld+json"}


def canonical_digest(document: dict[str, Any]) -> bytes:
    """Give the SHA-256 of a document's canonical N-Quads (RDF Dataset Canonicalization 1.0).

    Raises
    ------
    ContextUnknown, TermUndefined, LinkedDataTooKnotted
    """
    return hashlib.sha256(canonical_quads(document).encode()).digest()


def canonical_quads(document: dict[str, Any]) -> str:
    """Give a document's canonical N-Quads; raises what `canonical_digest` raises."""
    from pyld.canon import URDNA2015

    dataset = _statements(document)
    words = {part["value"]: part["type"] for graph in dataset.values() for one in graph for part in one.values()}
    if unknown := sorted(word for word in words if word.startswith(_UNDEFINED) and words[word] == "IRI"):
        raise TermUndefined(terms=", ".join(word.removeprefix(_UNDEFINED) for word in unknown))
    if sum(kind == "blank node" for kind in words.values()) > MOST_BLANK_NODES:
        raise LinkedDataTooKnotted(most=MOST_BLANK_NODES)
    quads: str = URDNA2015().main(dataset, {"format": "application/n-quads"})
    return quads


def _statements(document: dict[str, Any]) -> dict[str, list[dict[str, dict[str, str]]]]:
    """Turn a document into statements; what no context defines, and what has no absolute name, is marked."""
    from pyld import jsonld

    options = {"documentLoader": _load, "base": _UNDEFINED, "expandContext": {"@vocab": _UNDEFINED}}
    try:
        dataset: dict[str, list[dict[str, dict[str, str]]]] = jsonld.to_rdf(document, options)
    except jsonld.JsonLdError as refused:
        raise _cause(refused) from None
    return dataset


def _cause(refused: Exception) -> Exception:
    """Find our own refusal under the processor's, which wraps what its loader raises."""
    inner: object = refused
    while inner is not None:
        if isinstance(inner, ContextUnknown):
            return inner
        inner = getattr(inner, "cause", None) or getattr(inner, "__cause__", None)
    return TermUndefined(terms=str(refused).splitlines()[0][:80])
