"""Testing the connection to a host EHR: the steps of `throughline ehr check`, each shown as it ends.

GET  /staff/ehrs/<name>/test     what will be tried
POST /staff/ehrs/<name>/test     tries it
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, stream_template

from cds_service.outside import clock
from cds_service.outside.host_ehr import HostEhr
from cds_service.outside.preflight import Outcome, Step, preflight
from smart_app.care.queries import CHART_QUERIES
from smart_app.errors import refuse
from smart_app.session import wiring
from smart_app.staff.permissions import Permission, StaffUser
from smart_app.staff.signed_in import audit, for_staff

blueprint = Blueprint("staff_connection", __name__, url_prefix="/staff/ehrs")


@blueprint.get("/<name>/test")
@for_staff(Permission.TEST_CONNECTIONS)
def before_test(user: StaffUser, name: str) -> str:
    """Nothing is called before somebody asks for it."""
    return render_template("staff/connection.html", ehr=_registered(name), steps=None, began=None)


@blueprint.post("/<name>/test")
@for_staff(Permission.TEST_CONNECTIONS)
def test_connection(user: StaffUser, name: str) -> Response:
    """The page grows as the steps end: a server that does not answer takes its time."""
    ehr = _registered(name)
    steps = _noted(user, ehr)
    page = stream_template("staff/connection.html", ehr=ehr, steps=steps, began=clock.now())
    return Response(page, headers={"X-Accel-Buffering": "no"})  # a proxy in between should not hold it back


def _noted(user: StaffUser, ehr: HostEhr) -> Iterator[Step]:
    """The steps; when the last has ended, how it went is in the audit, and in the list of host EHRs."""
    count = dict.fromkeys(Outcome, 0)
    for step in preflight(ehr, base_url=wiring().settings.base_url, plain=CHART_QUERIES):
        count[step.outcome] += 1
        yield step
    failed = count[Outcome.FAILED]
    detail = {"ok": count[Outcome.OK], "failed": failed, "skipped": count[Outcome.SKIPPED]}
    audit(user, "connection-tested", detail, host_ehr=ehr.name, outcome="failed" if failed else "success")


def _registered(name: str) -> HostEhr:
    return wiring().host_ehrs.get(name) or refuse(404, what=f"No host EHR called {name[:63]} is registered.")
