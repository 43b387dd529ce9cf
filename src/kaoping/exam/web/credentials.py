"""Credentials for the world: the issuer's document, lists of states, achievements, keys, offline codes; and badges.

What is public here is read by other people's programs, so any page of theirs may fetch it.
"""

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from kaoping.certificates import badge_keys, badges, did, offline_code
from kaoping.certificates.credential import written
from kaoping.certificates.models import Certificate
from kaoping.certificates.status_list import Purpose
from kaoping.exam import issuer, signing
from kaoping.exam.db import transaction
from kaoping.exam.delivery import tokens
from kaoping.exam.people.models import Organisation
from kaoping.exam.results import badging, own
from kaoping.exam.results.badging import MEDIA_TYPES, BadgeForm
from kaoping.exam.settings import Settings
from kaoping.exam.web.guard import own_account, public, requires
from kaoping.itembank import trail
from kaoping.itembank.errors import N_, Missing

blueprint = Blueprint("credentials", __name__)

#: How long others may keep what is public: a revocation is seen everywhere after this time.
_SECONDS = 300
_SHOWN = "shown"
#: What programs accept, where people's browsers accept HTML.
_PROGRAMS = ("application/ld+json", "application/json")
_FORMS = ",".join(BadgeForm)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["kaoping.settings"]
    return settings


def _open(response: Response) -> Response:
    """Let programs of others fetch an answer and keep it for a while."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    return response


def _called(session: Session, code: str) -> Organisation:
    """Bind a session to the organisation in an address."""
    found = session.scalars(select(Organisation).where(Organisation.code == code)).one_or_none()
    if found is None:
        raise Missing(what=N_("badge"))
    tokens.bind(session, found.id)
    return found


@blueprint.get("/.well-known/did.json")
@public
def issuer_document() -> ResponseReturnValue:
    """Publish who issues, with every key."""
    settings = _settings()
    with transaction() as session:
        published = issuer.published(settings, session)
    return _open(jsonify(did.document(settings.origin, published)))


@blueprint.get("/credentials/keys/<key_id>")
@public
def token_key(key_id: str) -> ResponseReturnValue:
    """Publish a key of badges as JSON Web Tokens, to whom their header leads."""
    with transaction() as session:
        key = issuer.token_keys(_settings(), session).get(key_id)
    if key is None:
        raise Missing(what=N_("public key"))
    return _open(jsonify(badge_keys.jwk(key) | {"alg": "RS256", "kid": key_id}))


@blueprint.get(f"/credentials/status/<organisation>/<any({','.join(Purpose)}):purpose>/<int:number>")
@public
def states(organisation: str, purpose: str, number: int) -> ResponseReturnValue:
    """Publish a list of states, signed; whoever has it already is told so."""
    settings = _settings()
    with transaction() as session:
        found = _called(session, organisation)
        listed = badging.state_list(session, found, Purpose(purpose), number, origin=settings.origin)
    if listed.tag in request.if_none_match:
        answer = Response(status=304)
    else:
        answer = Response(listed.signed(signing.current(settings)), mimetype="application/vc")
    answer.set_etag(listed.tag)
    return _open(answer)


@blueprint.get("/credentials/achievements/<organisation>/<uuid:key>")
@public
def achievement(organisation: str, key: UUID) -> ResponseReturnValue:
    """Show what a badge attests: a page for people, JSON for programs."""
    with transaction() as session:
        issued_by = _called(session, organisation)
        found = badges.achievement(session, key)
        if found is None:
            raise Missing(what=N_("badge"))
        home = badging.home(issued_by, origin=_settings().origin)
        said = badging.achievement_document(found, home)
    if (request.accept_mimetypes.best_match(["text/html", *_PROGRAMS]) or "text/html") == "text/html":
        page = render_template("pages/credentials/achievement.html", facts=found.facts, said=said)
        return _open(make_response(page))
    return _open(Response(written(said), mimetype="application/ld+json"))


@blueprint.get("/V/<code>")
@public
def read_code(code: str) -> ResponseReturnValue:
    """Open the page of a certificate whose offline code was scanned."""
    with transaction() as session:
        said = offline_code.read(code, signing.published(_settings(), session))
    return redirect(url_for("verify.scanned", query_key=said.query_key), 303)


@blueprint.get(f"/certificates/<uuid:certificate_id>/badge.<any({_FORMS}):form>")
@requires("certificate.read")
def badge(certificate_id: UUID, form: str) -> ResponseReturnValue:
    """Give the badge of a certificate to an officer."""
    with transaction(g.actor.organisation) as session:
        return _badge(session, session.get_one(Certificate, certificate_id), BadgeForm(form))


@blueprint.get("/certificates/<uuid:certificate_id>/badge-salts.json")
@requires("certificate.issue")
def salts(certificate_id: UUID) -> ResponseReturnValue:
    """Give the salts of a badge to an officer, to be handed to the holder; that they were given is recorded."""
    with transaction(g.actor.organisation) as session:
        certificate = session.get_one(Certificate, certificate_id)
        trail.record(session, "badge.salts_given", certificate, by=g.actor, at=None, number=certificate.number)
        return _download(badging.salts(session, certificate), "application/json", f"{certificate.number}-salts.json")


@blueprint.get(f"/my/certificates/<uuid:certificate_id>/badge.<any({_FORMS}):form>")
@own_account
def own_badge(certificate_id: UUID, form: str) -> ResponseReturnValue:
    """Give a holder the own badge."""
    with transaction() as session:
        return _badge(session, own.certificate(session, g.account.id, certificate_id), BadgeForm(form))


@blueprint.get("/my/certificates/<uuid:certificate_id>/badge-salts.json")
@own_account
def own_salts(certificate_id: UUID) -> ResponseReturnValue:
    """Give a holder the salts of the own badge."""
    with transaction() as session:
        certificate = own.certificate(session, g.account.id, certificate_id)
        return _download(badging.salts(session, certificate), "application/json", f"{certificate.number}-salts.json")


def _badge(session: Session, certificate: Certificate, form: BadgeForm) -> Response:
    settings, show_name = _settings(), request.args.get("name") == _SHOWN
    if form is BadgeForm.JWT:
        key = issuer.token_key(settings)
        content = badging.token(session, certificate, origin=settings.origin, key=key, show_name=show_name)
    else:
        current = signing.current(settings)
        content = badging.document(session, certificate, origin=settings.origin, key=current, show_name=show_name)
        if form is not BadgeForm.JSON:
            content = badging.picture(certificate, form, content)
    return _download(content, MEDIA_TYPES[form], f"{certificate.number}.{form}")


def _download(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype=media_type, headers=headers)
