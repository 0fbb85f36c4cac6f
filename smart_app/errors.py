"""Pages for what went wrong: what happened, in plain words, and what to do next. Never a trace or a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from cds_service.outside.database import DatabaseUnavailable
from cds_service.web import is_here, outcome_of

_log = structlog.get_logger()


@dataclass(frozen=True)
class Words:
    """One page: its title, what happened, and the next step."""

    title: str
    what: str
    next_step: str


WORDS = {
    400: Words(
        "This request could not be understood",
        "Something in the address or in the form is missing or malformed.",
        "Go back to the chart in your EHR and open Throughline again from there.",
    ),
    401: Words(
        "Your session has ended",
        "Your EHR's permission to show this chart has run out.",
        "Open Throughline again from the patient's chart in your EHR. Nothing in the chart was changed.",
    ),
    403: Words(
        "This is not allowed",
        "The request did not come from one of Throughline's own pages, or your EHR does not permit it.",
        "Go back to the chart in your EHR and open Throughline again from there.",
    ),
    404: Words(
        "Nothing is open here",
        "This browser has no page at this address. A chart opens only in the browser that launched it.",
        "Open Throughline from the patient's chart in your EHR.",
    ),
    405: Words(
        "This address does not do that",
        "The address exists but cannot be used in this way.",
        "Go back to the previous page and try again from there.",
    ),
    409: Words(
        "This form belongs to another chart",
        "The form was made for another patient than the one this chart is open for. Nothing was written.",
        "Go back to the chart in your EHR and open Throughline again from there.",
    ),
    413: Words(
        "That was too large",
        "More was sent than this server accepts.",
        "Send less at once, or shorten the text.",
    ),
    429: Words(
        "Too many requests",
        "More requests came from here than the server takes in a short time.",
        "Wait a minute, then try again.",
    ),
    500: Words(
        "Something went wrong on our side",
        "The page could not be made. Nothing in the chart was changed.",
        "Try again. If it happens again, tell your EHR support the reference below.",
    ),
    502: Words(
        "The EHR did not answer",
        "What this page needs could not be had from the EHR.",
        "Try again in a moment; nothing was lost.",
    ),
    503: Words(
        "Not available at the moment",
        "Throughline, or the EHR it depends on, is not answering. Nothing in the chart was changed.",
        "Try again in a few seconds.",
    ),
}

# Staff come from no chart; what is not here is told in the words above.
STAFF_WORDS = {
    400: Words(WORDS[400].title, WORDS[400].what, "Go back to the page before and try again from there."),
    404: Words(
        "There is no such page", "Nothing is at this address, or not any more.", "Go back to /staff/."
    ),
    500: Words(
        WORDS[500].title,
        "The page could not be made, and what was asked was perhaps not done.",
        "Look whether it was done, then try again. If it fails again, note the reference below.",
    ),
    503: Words(
        WORDS[503].title,
        "Throughline, or a server it depends on, is not answering. What was asked was not done.",
        "Try again in a few seconds.",
    ),
}


def usual_words(code: int) -> Words:
    """What is said of an error when nothing more particular is known."""
    staff = request.path.startswith("/staff")
    return STAFF_WORDS.get(code, WORDS[code]) if staff else WORDS[code]


class Refusal(HTTPException):
    """An error page with words of its own."""

    def __init__(self, code: int, words: Words, *, retry_after: int | None = None) -> None:
        super().__init__(words.what)
        self.code = code
        self.words = words
        self.retry_after = retry_after


def refuse(code: int, *, title: str = "", what: str = "", next_step: str = "") -> NoReturn:
    """Answer with an error page; what is not given is taken from the usual words for the code."""
    usual = usual_words(code)
    words = Words(title or usual.title, what or usual.what, next_step or usual.next_step)
    raise Refusal(code, words, retry_after=5 if code == 503 else None)


def show_errors_as_pages(app: Flask) -> None:
    """Install the error pages. The CDS service tells its own errors; what is refused before a call reaches it
    (a forged Host, an unknown method) is told there in its way too.
    """

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | HTTPException:
        if error.code is None or error.code < 400:
            return error
        code = error.code if error.code in WORDS else 400 if error.code < 500 else 500
        words = error.words if isinstance(error, Refusal) else usual_words(code)
        response = outcome_of(error) if is_here(request.path) else page(code, words)
        retry_after = getattr(error, "retry_after", None)
        if code in (429, 503):
            response.headers["Retry-After"] = str(retry_after or (60 if code == 429 else 5))
        if code == 405:
            response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return response

    @app.errorhandler(DatabaseUnavailable)
    def database(error: DatabaseUnavailable) -> Response:
        _log.error("database unavailable", error=error.cause)
        response = page(503, usual_words(503))
        response.headers["Retry-After"] = str(error.retry_after_seconds)
        return response

    @app.errorhandler(Exception)
    def defect(error: Exception) -> Response:
        if current_app.testing:
            raise error
        _log.error("defect", route=request.endpoint, request_id=g.get("request_id"), exc_info=error)
        return page(InternalServerError.code, usual_words(500))


def page(code: int, words: Words) -> Response:
    """The rendered error page."""
    text = render_template("errors/error.html", code=code, words=words, reference=g.get("request_id", ""))
    return make_response(text, code)
