"""A CDS service that breaks every rule there is, so that each conformance check can be seen to fail.

What is asked before (a list of services, a card) is given just well enough that the next question is reached.
"""

from __future__ import annotations

import base64
from typing import Any

import orjson
from flask import Flask, Response, request

Json = dict[str, Any]

LISTED: list[Any] = [
    {
        "hook": "patient-view",
        "id": "wrong",
        "title": "",
        "prefetch": {"Patient": "{{context.patient.name}}", "list": "Patient"},
    },
    {"hook": "order-sign", "id": "wrong", "description": "the same id"},
    {"hook": "appointment-book", "id": "no/address", "description": "of a hook nobody asks"},
]
CARD: Json = {
    "summary": "x" * 140,
    "indicator": "loud",
    "detail": {"a": 1},
    "source": {"topic": {"system": "https://a.example"}},
    "suggestions": [
        {
            "label": "",
            "isRecommended": True,
            "actions": [{"type": "create", "description": "without resource"}],
        },
        {"label": "b", "isRecommended": True, "actions": [{"type": "bless", "description": ""}]},
    ],
    "overrideReasons": [{"code": "a"}],
    "links": [
        {"label": "a", "url": "https://a.example", "type": "absolute", "appContext": "b"},
        {"label": "a", "url": "/launch", "type": "smart"},
        {"label": "a", "type": "smart"},
    ],
    "extension": ["nobody's"],
    "title": "",
}
ONCE_RECOMMENDED = {"uuid": "6e7ed6b0-12a3-4b34-a4cb-ac9f4a92f1d3", "selectionBehavior": "at-most-one"}


def wrong_service() -> Flask:
    """The application."""
    app = Flask("wrong")

    @app.get("/cds-services")
    def discover() -> Response:
        return Response(orjson.dumps({"services": LISTED}), mimetype="text/html")

    @app.route("/cds-services/<service>", methods=["POST"])
    def call(service: str) -> Response:
        body = request.get_data()
        if _audience_is_a_list() or b'"extension"' in body or b'"somethingNew"' in body:
            return Response("no", 422)
        if service != "wrong" or b"stranger.example" in body:
            return Response("{}", 500)
        cards = [CARD, CARD | {"selectionBehavior": "sometimes"}, CARD | ONCE_RECOMMENDED]
        answer = orjson.dumps({"cards": cards, "systemActions": []})
        told = {"X-Why": str(len(body))}
        return Response(answer, 201 if _unsigned() else 200, told, mimetype="text/html")

    @app.post("/cds-services/<service>/feedback")
    def feedback(service: str) -> Response:
        return Response("{}", 500)

    @app.after_request
    def everyone_may(response: Response) -> Response:
        strange = request.headers.get("Origin") == "https://stranger.example"
        response.headers["Access-Control-Allow-Origin"] = "*" if strange else "https://other.example"
        return response

    return app


def refusing_wrongly() -> Flask:
    """A service that refuses, but tells why, and forgets what it saw; the rules on refusals fail with it."""
    app = Flask("refusing")

    @app.get("/cds-services")
    def discover() -> Json:
        return {"services": [{"hook": "patient-view", "id": "refusing", "description": "x"}]}

    @app.post("/cds-services/refusing")
    def call() -> Response:
        claims = _claims()
        return Response(orjson.dumps({"iss": claims.get("iss"), "exp": claims.get("exp")}), 401)

    return app


def _claims() -> Json:
    token = request.headers.get("Authorization", "").partition(" ")[2]
    part = [*token.split("."), "", ""][1]
    try:
        found: Json = orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except orjson.JSONDecodeError:
        return {}
    return found


def _audience_is_a_list() -> bool:
    return isinstance(_claims().get("aud"), list)


def _unsigned() -> bool:
    return not request.headers.get("Authorization")
