"""Logs say what happened, to which id, how long it took; nothing that could be a name or a token."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from cds_service.outside.telemetry import cards, metrics_page, only_allowed, process_ended, share_metrics
from tests.outside.several_processes import in_processes
from tests.project_files import ROOT, python_files, text

CANARIES = ("Maria", "Gonzalez", "s3cret", "eyJ", "heroin")

PROGRAM = """
import logging, warnings
import structlog
from cds_service.outside.telemetry import configure_logging

structlog.get_logger().info("logged before the configuration", name="Maria")
configure_logging("info")
log = structlog.get_logger("cds_service.web")
log.info("cds call answered", host_ehr="riverside", ms=12.5, cards=2, patient_name="Maria", token="s3cret")
log.debug("not shown", ms=1)
log.info("ids only", user="Practitioner/p1", patient_id="Maria Gonzalez", issuer="eyJhbGciOi.e30.c2ln")
try:
    raise ValueError("Maria Gonzalez takes heroin")
except ValueError:
    log.exception("a rule failed", rule="depression-follow-up-due")
logging.getLogger("httpx").info("GET https://ehr/Patient?name=Gonzalez")
logging.getLogger("somebody.else").warning("Patient Gonzalez not found")
logging.getLogger("somebody.else").error("Patient %s", "Gonzalez", exc_info=ValueError("Gonzalez"))
logging.getLogger("cds_service.outside.vault").warning("no %s", "THROUGHLINE_SECRET_KEY")
warnings.warn("Maria is deprecated")
"""


@pytest.fixture(scope="module")
def lines() -> list[dict[str, object]]:
    """What the program above writes to stderr, line by line."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stderr.splitlines()]


def line(lines: list[dict[str, object]], event: str) -> dict[str, object]:
    return next(line for line in lines if line["event"] == event)


def test_every_line_is_one_json_object_with_its_time_level_and_origin(lines):
    assert len(lines) == 7
    assert all({"timestamp", "level", "logger", "event"} <= line.keys() for line in lines)


def test_no_line_holds_a_name_a_token_or_a_substance(lines):
    written = json.dumps(lines)

    assert [canary for canary in CANARIES if canary in written] == []


def test_ids_counts_and_timings_pass_and_what_was_dropped_is_named(lines):
    answered = line(lines, "cds call answered")

    assert answered["host_ehr"] == "riverside"
    assert (answered["ms"], answered["cards"]) == (12.5, 2)
    assert answered["dropped"] == ["patient_name", "token"]


def test_under_an_allowed_key_only_the_shape_of_an_id_passes(lines):
    ids = line(lines, "ids only")

    assert ids["user"] == "Practitioner/p1"
    assert str(ids["patient_id"]).startswith("not-an-id:")
    assert str(ids["issuer"]).startswith("not-an-id:")


def test_of_an_exception_its_kind_and_place_are_kept(lines):
    failed = line(lines, "a rule failed")

    assert failed["error"] == "ValueError"
    assert failed["trace"] == ["<string>:13:<module>"]


def test_of_a_library_only_the_place_is_kept(lines):
    foreign = [line for line in lines if line["logger"] == "somebody.else"]

    assert [line["event"] for line in foreign] == ["a library logged something"] * 2
    assert foreign[1]["error"] == "ValueError"


def test_our_own_words_are_kept(lines):
    assert line(lines, "no THROUGHLINE_SECRET_KEY")["level"] == "warning"


def test_a_value_of_another_kind_leaves_its_type_only():
    kept = only_allowed(
        None, "info", {"event": "x", "count": object(), "rule": {"a": 1, "b c": [None, True]}}
    )

    assert kept["count"] == "object"
    assert kept["rule"]["a"] == 1
    assert "b c" not in kept["rule"]


def test_no_message_is_put_together_from_values():
    """`log.info(f"...{name}")` would carry anything past the filter: a message is a constant."""
    built = [
        f"{path}:{node.lineno}"
        for path in python_files("smart_app", "cds_service", "measures")
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Call) and _logs(node.func) and not _is_constant(node.args)
    ]

    assert built == []


def _logs(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in {"debug", "info", "warning", "error", "exception", "critical"}
        and ast.unparse(function.value).endswith(("log", "logger", "getLogger(__name__)", "get_logger()"))
    )


def _is_constant(arguments: list[ast.expr]) -> bool:
    return bool(arguments) and isinstance(arguments[0], ast.Constant)


# Numbers


def count_in_a_process(number: int, folder: str) -> None:
    share_metrics(Path(folder))
    cards.labels(rule="from-several-processes").inc(number + 1)


def read_in_a_process(number: int, folder: str) -> str:
    share_metrics(Path(folder))
    process_ended(999_999)
    return metrics_page()[0].decode()


def test_one_process_shows_its_own_numbers():
    cards.labels(rule="of-one-process").inc()

    body, content_type = metrics_page()

    assert b'throughline_cards_total{rule="of-one-process"} 1.0' in body
    assert content_type.startswith("text/plain")


def test_the_numbers_of_several_processes_are_added_up(tmp_path):
    in_processes(count_in_a_process, str(tmp_path))

    (page,) = in_processes(read_in_a_process, str(tmp_path), processes=1)

    assert 'throughline_cards_total{rule="from-several-processes"} 6.0' in page
