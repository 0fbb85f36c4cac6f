"""Loading value sets from files and from a stand-in of VSAC's FHIR service."""

from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from cds_service.outside.value_sets import Vsac, VsacError, load_value_sets
from measures.catalog import find_measures
from measures.library.cms2_depression_screening import VISIT
from measures.needs import value_sets_of
from measures.terminology import ValueSet
from measures.vocabulary import VocabularyError, read_vocabulary
from smart_app.cli import throughline

ONE = ValueSet("1.2.3", "One")
TWO = ValueSet("1.2.4", "Two")


def expanded(value_set: ValueSet, *codes: str) -> dict[str, Any]:
    contains = [{"system": "http://loinc.org", "code": code} for code in codes]
    url = f"http://cts.nlm.nih.gov/fhir/ValueSet/{value_set.oid}"
    return {
        "resourceType": "ValueSet",
        "url": url,
        "title": value_set.title,
        "expansion": {"contains": contains},
    }


def enumerated(value_set: ValueSet, *codes: str) -> dict[str, object]:
    include = [{"system": "http://loinc.org", "concept": [{"code": code} for code in codes]}]
    return {"resourceType": "ValueSet", "url": f"urn:oid:{value_set.oid}", "compose": {"include": include}}


def test_single_files_bundles_and_folders_load_into_one_vocabulary(tmp_path):
    given, folder = tmp_path / "given", tmp_path / "vocabulary"
    given.mkdir()
    (given / "one.json").write_bytes(orjson.dumps(expanded(ONE, "a", "b")))
    bundle = {"resourceType": "Bundle", "entry": [{"resource": enumerated(TWO, "c")}]}
    (given / "more.json").write_bytes(orjson.dumps(bundle))
    assert load_value_sets(folder, given) == 2
    vocabulary = read_vocabulary(folder)
    assert {oid: codes for oid, codes in vocabulary.codes_in.items() if oid[0].isdigit()} == {
        "1.2.3": {("http://loinc.org", "a"), ("http://loinc.org", "b")},
        "1.2.4": {("http://loinc.org", "c")},
    }
    assert vocabulary.for_reporting


def test_the_hash_pins_the_content_and_nothing_else(tmp_path):
    for name, value_sets in (("a", (ONE, TWO)), ("b", (TWO, ONE))):
        for place, value_set in enumerate(value_sets):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / f"{place}.json").write_bytes(orjson.dumps(expanded(value_set, "x", "y")))
    (tmp_path / "c.json").write_bytes(orjson.dumps(expanded(ONE, "x")))
    a, b, c = (read_vocabulary(tmp_path / name).content_hash for name in ("a", "b", "c.json"))
    assert a == b != c


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "is no JSON .*unexpected end.*FHIR R4 JSON"),
        (b"[]", "expected a ValueSet or a Bundle of them, found list"),
        (b'{"resourceType": "Patient"}', "found Patient"),
        (b'{"resourceType": "ValueSet"}', "neither url nor id"),
        (
            b'{"resourceType": "ValueSet", "url": "u", "compose": {"include": [{"system": "s"}]}}',
            "load it expanded",
        ),
        (
            b'{"resourceType": "ValueSet", "url": "u", "expansion": {"contains": [{"code": "x"}]}}',
            "no 'system'",
        ),
    ],
)
def test_a_broken_file_is_named_and_nothing_half_loads(tmp_path, content, says):
    good, broken = tmp_path / "good.json", tmp_path / "broken.json"
    good.write_bytes(orjson.dumps(expanded(ONE, "a")))
    broken.write_bytes(content)
    with pytest.raises(VocabularyError, match=f"(?s)nothing was loaded.*broken.json: .*{says}"):
        load_value_sets(tmp_path / "vocabulary", good, broken)
    assert not (tmp_path / "vocabulary").exists()


# -- VSAC ----------------------------------------------------------------------------------------------------

KEY = "umls-key"


def serve(httpserver: HTTPServer, codes_of: dict[str, list[str]]) -> None:
    """VSAC's $expand: basic authentication with user "apikey", pages by offset and count."""

    def expand(request: Request) -> Response:
        if request.authorization is None or request.authorization.password != KEY:
            return Response(status=401)
        oid = request.path.split("/")[2]
        if oid not in codes_of:
            return Response(status=503)
        offset = int(request.args["offset"])
        page = expanded(ValueSet(oid, oid), *codes_of[oid][offset : offset + 2])
        page["expansion"] |= {"total": len(codes_of[oid]), "offset": offset}
        return Response(orjson.dumps(page), content_type="application/fhir+json")

    for value_set in (ONE, TWO):
        httpserver.expect_request(f"/ValueSet/{value_set.oid}/$expand").respond_with_handler(expand)


def test_all_pages_of_a_value_set_are_fetched(httpserver, tmp_path):
    serve(httpserver, {"1.2.3": ["a", "b", "c", "d", "e"]})
    outcome = list(Vsac(httpserver.url_for(""), KEY).sync(tmp_path, [ONE]))
    assert outcome == [(ONE, "5 codes")]
    assert len(read_vocabulary(tmp_path).codes_in["1.2.3"]) == 5


def test_a_second_run_goes_on_where_the_first_stopped(httpserver, tmp_path):
    codes = {"1.2.3": ["a"]}
    serve(httpserver, codes)
    vsac = Vsac(httpserver.url_for(""), KEY)
    with pytest.raises(VsacError, match=r"1\.2\.4 Two: VSAC answered 503; run sync again later"):
        list(vsac.sync(tmp_path, [ONE, TWO]))
    codes["1.2.4"] = ["b"]
    assert [outcome for _, outcome in vsac.sync(tmp_path, [ONE, TWO])] == ["already here", "1 codes"]


def test_a_refused_key_says_where_to_take_one_from(httpserver, tmp_path):
    serve(httpserver, {})
    with pytest.raises(VsacError, match="THROUGHLINE_VSAC_KEY"):
        list(Vsac(httpserver.url_for(""), "wrong").sync(tmp_path, [ONE]))


# -- the command ---------------------------------------------------------------------------------------------


def run(*arguments: str, **variables: str) -> str:
    outcome = CliRunner().invoke(throughline, ["vocabulary", *arguments], env=variables)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_load_then_status_names_what_is_missing_and_who_needs_it(tmp_path):
    given, folder = tmp_path / "given.json", tmp_path / "vocabulary"
    given.write_bytes(orjson.dumps(expanded(VISIT, "a")))
    folder.mkdir()
    said = run("load", str(given), THROUGHLINE_VOCABULARY=str(folder))
    assert "1 value sets loaded" in said
    said = run("status", THROUGHLINE_VOCABULARY=str(folder))
    assert f"missing  {VISIT.oid}" not in said
    [bipolar] = [line for line in said.splitlines() if "  Bipolar Disorder  " in line]
    assert "CMS2" in bipolar.partition("needed by")[2]
    assert "missing  throughline:" not in said


def test_sync_asks_for_all_that_the_measures_need(httpserver, tmp_path):
    needed = {v for m in find_measures().measures.values() for v in value_sets_of(m)}
    for oid in {value_set.oid for value_set in needed if not value_set.is_ours}:
        page = expanded(ValueSet(oid, oid), "a")
        httpserver.expect_request(f"/ValueSet/{oid}/$expand").respond_with_data(orjson.dumps(page))
    folder = tmp_path / "vocabulary"
    folder.mkdir()
    variables = {
        "THROUGHLINE_VOCABULARY": str(folder),
        "THROUGHLINE_VSAC_URL": httpserver.url_for(""),
        "THROUGHLINE_VSAC_KEY": KEY,
    }
    run("sync", **variables)
    assert "Nothing is missing." in run("status", **variables)
