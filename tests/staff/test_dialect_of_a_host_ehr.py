"""A dialect there is not, on the page that registers a host EHR: told by its line, and nothing is stored."""

from __future__ import annotations

from flask import Flask

from cds_service.outside.cds_options import CdsOptions
from cds_service.outside.registry import HostEhr
from tests.staff.browsing import StaffBrowser

NEW = "/staff/ehrs/new"
FILE = "name: riverside\nfhir_base: https://ehr.example.org/fhir\ncds: {dialect: epik}\n"


def test_a_dialect_there_is_not_is_told_with_its_line_and_what_was_meant(app: Flask, admin: StaffBrowser):
    page = admin.send(NEW, NEW, text=FILE)

    assert page.status_code == 422
    assert (
        "line 3: cds.dialect: there is no dialect &#39;epik&#39;; did you mean &#39;epic&#39;?" in page.text
    )
    assert app.extensions["throughline"].host_ehrs.all() == ()

    assert admin.send(NEW, NEW, text=FILE.replace("epik", "epic")).status_code == 303


def test_a_host_ehr_whose_dialect_is_gone_is_still_in_the_register(app: Flask, admin: StaffBrowser):
    ehr = HostEhr(
        name="riverside", fhir_base="https://ehr.example.org/fhir", cds=CdsOptions(dialect="of-last-year")
    )
    app.extensions["throughline"].host_ehrs.add(ehr)

    assert app.extensions["throughline"].host_ehrs.get("riverside") == ehr
    assert admin.get("/staff/ehrs/riverside").status_code == 200
