"""Verification for programs: ``POST /api/verify``, described at ``GET /api/verify/openapi.json``.

There are no keys to apply for: what opens an answer is to know number, name and identity tail of each certificate,
under the same limits as on the page (decision 0018).
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from flask import Blueprint, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.json_schema import models_json_schema

from kaoping import __version__
from kaoping.certificates import verdicts
from kaoping.certificates.key_document import KeysPublished
from kaoping.certificates.kinds import CertificateKind
from kaoping.certificates.verdicts import Verdict
from kaoping.exam import signing
from kaoping.exam.db import transaction
from kaoping.exam.results import inquiring
from kaoping.exam.results.inquiries import InquiryWay
from kaoping.exam.results.inquiring import LONGEST_ASKER, LONGEST_PURPOSE, Asked, Told
from kaoping.exam.results.inquiry_errors import InquiryUnreadable
from kaoping.exam.results.inquiry_lists import LONGEST, Question
from kaoping.exam.web.guard import public

blueprint = Blueprint("verify_api", __name__, url_prefix="/api/verify")

MOST = 100
_TAIL = r"^\s*\S(\s*\S){5,}\s*$"


@blueprint.record_once
def _without_form_tokens(state: BlueprintSetupState) -> None:
    """Programs have no page; nothing here depends on a cookie."""
    state.app.extensions["csrf"].exempt(blueprint)


def _said(longest: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


class CertificateAsked(BaseModel):
    """A certificate that is asked about; all three are needed."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[str, _said(LONGEST["number"])] = Field(description="Certificate number; spaces do not matter.")
    name: Annotated[str, _said(LONGEST["name"])] = Field(description="The holder's name as it is printed.")
    tail: Annotated[str, StringConstraints(max_length=LONGEST["tail"], pattern=_TAIL)] = Field(
        description="The last six characters of the identity number."
    )


class Inquiry(BaseModel):
    """Who asks, what for, and about which certificates."""

    model_config = ConfigDict(extra="forbid")

    asker: Annotated[str, _said(LONGEST_ASKER)] = Field(description="Who asks; the awarding body keeps it.")
    purpose: Annotated[str, _said(LONGEST_PURPOSE)] = Field(description="What for; the awarding body keeps it.")
    certificates: Annotated[list[CertificateAsked], Field(min_length=1, max_length=MOST)]


class CertificateTold(BaseModel):
    """The answer about one certificate, in the order of the questions."""

    number: str
    result: Literal["found", "no_match", "not_checked"] = Field(
        description="`no_match`: unknown number, other name or other tail, never told apart. "
        "`not_checked`: too many questions of this address matched nothing."
    )
    state: Verdict | None = None
    kind: CertificateKind | None = Field(
        None, description="What it attests: a `score_report` states scores, passed or not, and no level."
    )
    level: str | None = Field(None, description="The level or the award that was won; empty where a kind has neither.")
    occupation: str | None = Field(
        None, description="The occupation, or the training, competition or scheme that the certificate is of."
    )
    specialty: str | None = None
    issuer: str | None = None
    issued_on: date | None = None


class Answer(BaseModel):
    """The answers at a moment."""

    checked_at: datetime
    certificates: list[CertificateTold]


@blueprint.post("")
@public
def check() -> ResponseReturnValue:
    """Answer questions about certificates."""
    try:
        sent = Inquiry.model_validate_json(request.get_data())
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        raise InquiryUnreadable(
            place="/" + "/".join(map(str, first["loc"])), reason=first["msg"], count=wrong.error_count()
        ) from None
    questions = [Question(line, one.number, one.name, one.tail) for line, one in enumerate(sent.certificates)]
    asked = Asked(sent.asker, sent.purpose, InquiryWay.PROGRAM, request.remote_addr or "")
    with transaction() as session:
        keys = signing.published(current_app.extensions["kaoping.settings"], session)
        answers = inquiring.ask(session, questions, asked, keys=keys)
    if answers.come_back:
        seconds = int((answers.come_back - answers.at).total_seconds())
        return jsonify(come_back=answers.come_back.isoformat()), 429, {"Retry-After": str(max(seconds, 1))}
    told = Answer(checked_at=answers.at, certificates=[_told(one) for one in answers.told])
    return current_app.response_class(told.model_dump_json(exclude_none=True), mimetype="application/json")


def _told(told: Told) -> CertificateTold:
    if told.face is None:
        result: Literal["no_match", "not_checked"] = "no_match" if told.looked_up else "not_checked"
        return CertificateTold(number=told.question.number, result=result)
    award = told.face.award or {}
    facts = {name: award[name] for name in ("occupation", "specialty", "issuer", "issued_on")}
    return CertificateTold(
        number=told.face.number, result="found", state=verdicts.of_face(told.face), kind=told.face.kind,
        level=told.face.level, **facts,
    )  # fmt: skip


@blueprint.get("/openapi.json")
@public
def document() -> ResponseReturnValue:
    """Describe the interface as OpenAPI 3.1."""
    origin = current_app.extensions["kaoping.settings"].origin
    return jsonify(openapi(origin))


def openapi(origin: str) -> dict[str, Any]:
    """Write the OpenAPI document of an installation."""
    _, models = models_json_schema(
        [(Inquiry, "validation"), (Answer, "serialization"), (KeysPublished, "validation")],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kaoping: verification of certificates", "version": __version__},
        "servers": [{"url": origin}],
        "paths": {
            "/api/verify": {
                "post": {
                    "operationId": "verifyCertificates",
                    "summary": "Ask about up to 100 certificates, each by number, name and identity tail",
                    "requestBody": {"required": True, "content": _json("Inquiry")},
                    "responses": {
                        "200": {
                            "description": "The answers, in the order of the questions",
                            "content": _json("Answer"),
                        },
                        "422": {"description": "The request cannot be read; the problem names the place"},
                        "429": {"description": "Too many requests, or too many that matched nothing: see Retry-After"},
                    },
                }
            },
            "/verify/keys.json": {
                "get": {
                    "operationId": "publishedKeys",
                    "summary": "Every public key of the issuer, with the days it signed and its revocation",
                    "responses": {"200": {"description": "The keys", "content": _json("KeysPublished")}},
                }
            },
        },
        "components": {"schemas": models["$defs"]},
    }


def _json(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
