"""Which data goes where: the numbered arrows of `static/data-flow.svg`, what each carries and what guards it.

The drawing and this table are two forms of one thing; a test holds their numbers together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Flow:
    """One arrow of the drawing."""

    number: int
    way: str
    carries: str
    guard: str


FLOWS = (
    Flow(
        1,
        "EHR's CDS client to Throughline, and back",
        "one patient's prefetch, ids, the call's token; back: at most three cards",
        "TLS; a JWT signed by a registered client, each counted once",
    ),
    Flow(
        2,
        "Clinician's browser to Throughline, and back",
        "the launch, forms and orders; back: the pages of one patient's chart",
        "TLS; SMART launch with PKCE; a cookie for this one launch; framed by registered origins only",
    ),
    Flow(
        3,
        "Throughline to the EHR's FHIR server, and back",
        "searches for one patient, and what a clinician saves; back: FHIR resources",
        "TLS; the user's own token; the registered origin only, redirects are not followed",
    ),
    Flow(
        4,
        "Throughline to the EHR's sign-in, and back",
        "the code and our signed assertion; back: tokens and who the user is",
        "TLS; registered origins only; the id_token's signature, issuer, audience and nonce are checked",
    ),
    Flow(
        5,
        "Throughline to its database",
        "audit, cards and feedback by id; tokens, keys, comments, loaded claims and recorded charts sealed",
        "AES-GCM with keys kept outside the database; every row under its host EHR's name",
    ),
    Flow(
        6,
        "Staff's browser to Throughline",
        "registrations, card rules, worklists, figures",
        "TLS; the organisation's sign-in or a local account; one table of permissions; changes are audited",
    ),
)
