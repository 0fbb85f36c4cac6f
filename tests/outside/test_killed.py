"""A worker killed in mid-write: what it acknowledged is there, and the rest is whole."""

from __future__ import annotations

import subprocess
import sys

from cds_service.outside.audit import AuditLog, Link
from tests.project_files import ROOT

PROGRAM = """
import sys
from cds_service.outside.audit import AuditLog
from cds_service.outside.database import Database

audit = AuditLog(Database(sys.argv[1]))
while True:
    link = audit.record(host_ehr="riverside", actor="p1", action="patient-view", patient_id="1", detail={})
    print(link, flush=True)
"""


def test_after_kill_9_every_acknowledged_row_is_in_the_chain(database):
    url = database.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        acknowledged = [worker.stdout.readline() for _ in range(20)][-1]
        worker.kill()
        acknowledged = (worker.stdout.read().splitlines(keepends=True) or [acknowledged])[-1]

    audit = AuditLog(database)
    whole_lines_only = Link.parse(acknowledged) if acknowledged.endswith("\n") else None
    assert audit.verify(whole_lines_only) is None
    assert audit.head().seq >= 20
    audit.record(host_ehr="riverside", actor="p1", action="patient-view", patient_id="1", detail={})
    assert audit.verify() is None
