"""Health for machines: alive, ready (database, tables, keys), and counters."""

from time import perf_counter

from flask import Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from kaoping.exam import db, migrating
from kaoping.exam.web.guard import public
from kaoping.itembank.errors import KaopingError
from kaoping.itembank.orm import vault


class _Counters:
    """Counters of one application: answers by route and status, seconds by route."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        names = ("route", "status")
        self.answers = Counter("kaoping_answers", "Answers sent.", names, registry=self.registry)
        self.seconds = Histogram("kaoping_answer_seconds", "Seconds to answer.", ("route",), registry=self.registry)

    def count(self, response: Response) -> Response:
        """Count an answer under its route, never under the address that was asked."""
        route = request.endpoint or "none"
        self.answers.labels(route, response.status_code).inc()
        self.seconds.labels(route).observe(perf_counter() - g.started)
        return response


@public
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@public
def ready() -> ResponseReturnValue:
    """Say whether pages can be served, and if not, which part is missing."""
    parts = {"database": _database(), "keys": _keys()}
    return jsonify(status="ok" if all(parts.values()) else "unready", parts=parts), 200 if all(parts.values()) else 503


def _database() -> bool:
    try:
        with db.transaction() as session:
            migrating.require_current(session.connection().engine)
    except Exception:  # noqa: BLE001 - whatever it is, the answer is the same
        return False
    return True


def _keys() -> bool:
    try:
        vault().fingerprint("ready", "health")
    except (RuntimeError, KaopingError):
        return False
    return True


def _start() -> None:
    g.started = perf_counter()


def init_app(app: Flask) -> None:
    """Register the addresses for machines."""
    counters = _Counters()

    @public
    def metrics() -> ResponseReturnValue:
        return Response(generate_latest(counters.registry), content_type=CONTENT_TYPE_LATEST)

    app.before_request_funcs.setdefault(None, []).insert(0, _start)
    app.after_request(counters.count)
    app.add_url_rule("/healthz", "health.alive", alive)
    app.add_url_rule("/readyz", "health.ready", ready)
    app.add_url_rule("/metrics", "health.metrics", metrics)
