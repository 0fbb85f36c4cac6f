"""`make bench`: what Throughline costs, as a ratio of CPU to only parsing the same bytes, both measured in
this one run.

1. A whole CDS call of patient-view and of order-sign (route, verified JWT, strict parse, record, measures,
   order checks, risk, rules, cards, audit in SQLite) through the real WSGI application, against a bare Flask
   view that only orjson-parses the same body, and beside it against one that also writes it back; once with
   a token signed ES384, once RS384; with a chart that the process has not seen, and with one that comes
   again as in one visit; first for a patient whose risk is scored in the call, then for one whom the nightly
   refresh has scored. And where the CPU of a call with a new chart goes, by stages.
2. What a batch does for each patient (parse, index, evaluate all measures) against orjson.loads of the same
   body; and CPU for one patient and measure against the 0.12 s that today's engines take at their best.
3. The same call under eight clients at once: errors, and whether memory grows, by quarters of the calls.
   And one that must read from a host EHR that never answers: whether the deadline holds.
4. A batch over a slice of the synthetic panel, from Bulk FHIR files to results, against orjson.loads of each
   of its lines.
5. A risk score with its reasons beyond indexing a record of 500 resources (at most 3 ms), and one that is
   read where it was kept (at most 1 ms); in a long run (100 repetitions and more) also the whole command
   of training on 60,000 rows (at most 60 s), and the memory of streaming the panel once and four times over.
6. Closing a gap with one click at an EHR that takes 50 ms a call: the wall time (at most 400 ms at p95).

The goal is 2x, and 5x is the most that may land. CPU time of the process (all its threads), medians of many
repetitions, the two sides taking turns so that a slow moment of the machine falls on both.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import orjson

from bench import batch, black_hole, call, closing, crowd, panel, risk, shared, stages
from cds_service.outside.telemetry import configure_logging

GOAL, MOST = 2.0, 5.0
PEER_MS = 120.0  # a reference engine, warm, one patient and one measure
PATIENTS = 100
LONG_RUN = 100  # repetitions

FLOOR = "a bare Flask view that parses the body"
ECHO = "a bare Flask echo: it also writes it back"

Task = Callable[[], object]


def medians(tasks: dict[str, Callable[[], Task]], repetitions: int) -> dict[str, float]:
    """Median CPU milliseconds of each task. What makes a task ready (`tasks[name]()`) is not measured."""
    spent: dict[str, list[float]] = {name: [] for name in tasks}
    warm_up = max(3, repetitions // 10)
    for repetition in range(-warm_up, repetitions):
        for name, ready in tasks.items():
            task = ready()
            start = time.process_time()
            task()
            taken = time.process_time() - start
            if repetition >= 0:
                spent[name].append(taken * 1000)
    return {name: statistics.median(times) for name, times in spent.items()}


def report(title: str, floor: str, costs: dict[str, float]) -> None:
    print(title)
    for name, milliseconds in costs.items():
        ratio = milliseconds / costs[floor]
        if name == floor:
            print(f"  {name:<44} {milliseconds:8.3f} ms  1.00x")
            continue
        verdict = "pass, goal met" if ratio <= GOAL else "pass" if ratio <= MOST else "FAIL"
        limits = f"(at most {MOST:g}x, goal {GOAL:g}x)"
        print(f"  {name:<44} {milliseconds:8.3f} ms  {ratio:.2f}x  {verdict} {limits}")
    print()


def write_logs_to_nowhere() -> None:
    """Log lines are made and written as in service, only not shown."""
    with contextlib.redirect_stderr(open(os.devnull, "w", encoding="utf-8")):
        configure_logging("info")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make bench", description="CPU of our work as a ratio to only parsing."
    )
    parser.add_argument("--repetitions", type=int, default=300, help="of each measurement (default 300)")
    chosen = parser.parse_args()
    body, vocabulary = shared.read("bench/patient_view.json"), shared.path("vocabulary")
    print(f"{len(body):,} bytes, {chosen.repetitions} repetitions, value sets of {vocabulary}\n")

    write_logs_to_nowhere()
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        desk = call.Desk(Path(folder), body, vocabulary)
        report_calls(desk, body, "risk scored in the call", chosen.repetitions)
        desk.refreshed()
        report_calls(desk, body, "risk kept by the nightly refresh", chosen.repetitions)
        print(crowd.describe(desk, chosen.repetitions))
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        print(black_hole.describe(Path(folder), body, vocabulary))

    patient = batch.Patient(body, vocabulary)
    print(f"one patient has {patient.describe()}")
    costs = medians(
        {
            "orjson.loads of the body": lambda: lambda: orjson.loads(body),
            "parse, index and evaluate all measures": lambda: patient.parse_and_evaluate,
            "index and evaluate alone": lambda: patient.evaluate,
        },
        chosen.repetitions,
    )
    report("Batch evaluation, CPU per patient (median)", "orjson.loads of the body", costs)
    each = costs["index and evaluate alone"] / len(patient.catalog.measures)
    print(f"one patient and measure: {each:.4f} ms, {PEER_MS / each:,.0f} times less than {PEER_MS:g} ms\n")

    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        people = panel.Slice(shared.path("panel"), Path(folder), PATIENTS, [vocabulary])
        print(f"{PATIENTS} patients of the panel: {people.size:,} bytes, {len(people.lines):,} lines")
        costs = medians(
            {
                "orjson.loads of each line": lambda: people.only_parse,
                "files to results, one process": lambda: people.evaluate,
            },
            max(3, chosen.repetitions // 60),
        )
        report("Batch over a panel, CPU (median)", "orjson.loads of each line", costs)

    report_risk(body, vocabulary, chosen.repetitions)
    print(closing.describe(chosen.repetitions))


def report_calls(desk: call.Desk, body: bytes, risk_is: str, repetitions: int) -> None:
    for hook, service, sent in (
        ("patient-view", call.PATIENT_VIEW, body),
        ("order-sign", call.ORDER_SIGN, call.signing(body)),
    ):
        desk.about(service, sent)
        print(f"one {hook} call answers {desk.describe()}")
        for again, chart in ((False, "a new chart"), (True, "the same chart again")):
            signed = {
                f"a whole {hook} call, {algorithm}": partial(desk.whole, algorithm, again=again)
                for algorithm in call.ALGORITHMS
            }
            costs = medians({FLOOR: desk.bare, **signed}, repetitions)
            report(f"CDS call of {hook}, {chart}, {risk_is}: CPU per request (median)", FLOOR, costs)
            beside = medians({ECHO: desk.echo, **signed}, repetitions // 2)
            of_echo = ", ".join(f"{beside[name] / beside[ECHO]:.2f}x" for name in signed)
            print(f"  against {ECHO} ({beside[ECHO]:.3f} ms): {of_echo}\n")
        spent = ", ".join(f"{name} {ms:.2f}" for name, ms in stages.cpu_by_stage(desk, repetitions).items())
        print(f"  by stages, a new chart, {call.ALGORITHMS[0]}, mean ms: {spent}\n")


def report_risk(body: bytes, vocabulary: Path, repetitions: int) -> None:
    scored = risk.Scored(body, vocabulary)
    costs = medians({"index": lambda: scored.index, "both": lambda: scored.index_and_score}, repetitions)
    beyond = costs["both"] - costs["index"]
    spent = f"{beyond:.2f} ms (at most {risk.MOST_MS:g} ms)"
    print(f"risk: features, logistic score and reasons of {risk.RESOURCES} resources {spent}")
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        kept = risk.Kept(Path(folder), vocabulary)
        cost = medians({"read": lambda: kept.read}, repetitions)["read"]
        kept.close()
    print(f"risk: a kept score read {cost:.2f} ms (at most {risk.MOST_KEPT_MS:g} ms)")
    if repetitions < LONG_RUN:
        return
    seconds = risk.training_seconds()
    trained = f"risk: the whole training on {risk.ROWS:,} rows {seconds:.1f} s of CPU"
    print(f"{trained} (at most {risk.MOST_SECONDS:g} s)")
    once = shared.path("panel")
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        for streamed in (once, risk.many_times(once, Path(folder) / "four", 4)):
            patients, peak = risk.peak_while_streaming(streamed, vocabulary)
            print(f"risk: {patients:,} patients streamed, at most {peak / 1e6:.0f} MB held")


if __name__ == "__main__":
    main()
