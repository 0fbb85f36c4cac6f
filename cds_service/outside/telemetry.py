"""Logs and numbers about the service, never about people: ids, counts and timings; the rest is dropped.

A log line keeps only the keys of ALLOWED, and texts among them only when they have the shape of an id. The
message itself must be a constant sentence. Of what libraries log, only the place is kept, but for a few
whose words are known.
"""

import logging
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from cds_service.outside import clock
from cds_service.outside.ids import id_only

ALLOWED = frozenset(
    """
    event level timestamp logger where error trace dropped
    host_ehr issuer jku service hook hook_instance kind outcome reason status method route
    rule rule_version measure launch_id patient_id user card alg kid client profile
    vocabulary version variable audit_seq audit_hash request_id worker signal
    ms seconds count cards resources pages bytes retries problems workers threads
    deadline_ms retry_after_seconds port pid line seq
    """.split()  # noqa: SIM905  (a list of one word a line would fill a screen)
)
_OUR_FLOORS = ("measures", "cds_service", "smart_app")
_KNOWN_WORDS = ("gunicorn.error", "alembic.runtime.migration", *_OUR_FLOORS)
_QUIET = (
    "httpx",
    "httpcore",
    "werkzeug",
    "gunicorn.access",
    "authlib",
    "urllib3",
)  # they log URLs, with ids and codes

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.35, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds

cds_requests = Counter("throughline_cds_requests", "CDS Hooks calls answered", ["service", "status"])
cds_stage_seconds = Histogram(
    "throughline_cds_stage_seconds", "Time a stage of a CDS call took", ["stage"], buckets=_BUCKETS
)
cards = Counter("throughline_cards", "Cards shown", ["rule"])
shadow_cards = Counter("throughline_shadow_cards", "Cards that a shadow would have shown", ["rule"])
rules_refused = Counter(
    "throughline_rules_refused", "Released versions of card rules that cannot be used here", ["rule"]
)
ehr_reads = Counter("throughline_ehr_reads", "Searches sent to host EHRs", ["ehr", "kind", "outcome"])
ehr_writes = Counter("throughline_ehr_writes", "Resources sent to host EHRs", ["ehr", "kind", "outcome"])
failures = Counter(
    "throughline_failures", "Faults that cost one card, page or row, not the request", ["where"]
)


_of_this_call: ContextVar[dict[str, float] | None] = ContextVar("the stages of this call", default=None)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time one stage of a CDS call into `cds_stage_seconds`."""
    began = clock.monotonic()
    try:
        yield
    finally:
        took = clock.monotonic() - began
        cds_stage_seconds.labels(name).observe(took)
        noted = _of_this_call.get()
        if noted is not None:
            noted[name] = noted.get(name, 0.0) + 1000 * took


@contextmanager
def stages_noted(*, wanted: bool) -> Iterator[Mapping[str, float]]:
    """What each stage inside takes, in milliseconds, in the order in which they end; empty unless wanted."""
    noted: dict[str, float] = {}
    before = _of_this_call.set(noted if wanted else None)
    try:
        yield noted
    finally:
        _of_this_call.reset(before)


def stage_timings() -> list[tuple[str, int, float]]:
    """(stage, calls, mean milliseconds) of this process, in the order in which they first came."""
    sums: dict[str, dict[str, float]] = {}
    for metric in cds_stage_seconds.collect():
        for sample in metric.samples:
            if sample.name.endswith(("_count", "_sum")):
                part = sample.name.rpartition("_")[2]
                sums.setdefault(sample.labels["stage"], {})[part] = sample.value
    return [
        (name, int(one["count"]), 1000 * one["sum"] / one["count"])
        for name, one in sums.items()
        if one.get("count")
    ]


def share_metrics(folder: Path) -> None:
    """Add up the numbers of several processes through files in an empty folder; call it before the fork."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    # The client chose its kind of value at its import; ours are made when first counted, so this is in time.
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


def process_ended(pid: int) -> None:
    """Tell the shared numbers that a worker is gone (gunicorn's `child_exit`)."""
    mark_process_dead(pid)  # type: ignore[no-untyped-call]


def metrics_page() -> tuple[bytes, str]:
    """(body, content type) of `/metrics`: of all workers when they share a folder, else of this process."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST


def configure_logging(level: str = "info") -> None:
    """One JSON object a line on stderr, ours and the libraries', without anything about a person."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, only_known_words],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                only_allowed,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)


Line = MutableMapping[str, Any]


def only_known_words(logger: Any, method: str, line: Line) -> Line:  # noqa: ARG001  (structlog's signature)
    """Of a library's log record: its words when they are known to be harmless, else only its place."""
    record: logging.LogRecord = line["_record"]
    if not record.name.startswith(_KNOWN_WORDS):
        line["event"] = "a library logged something"
        line["where"] = f"{record.module}:{record.lineno}"
    return line


def only_allowed(logger: Any, method: str, line: Line) -> Line:  # noqa: ARG001  (structlog's signature)
    """Drop every key that is not allowed, and say which; replace every text that is not an id."""
    kept: dict[str, Any] = {}
    for key in ("event", "level", "timestamp", "logger"):
        if key in line:
            kept[key] = str(line[key])
    error = _raised(line.get("exc_info"))
    if error is not None:
        kept |= {"error": type(error).__name__, "trace": _trace(error.__traceback__)}
    for key, value in line.items():
        if key in ALLOWED and key not in kept:
            kept[key] = _harmless(value)
    dropped = sorted(str(key) for key in line.keys() - ALLOWED - {"exc_info", "stack_info", "exception"})
    return kept | {"dropped": dropped} if dropped else kept


def _harmless(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return id_only(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_harmless(item) for item in value]
    if isinstance(value, Mapping):
        return {id_only(str(key)): _harmless(item) for key, item in value.items()}
    return type(value).__name__


def _raised(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def _trace(raised_at: TracebackType | None) -> list[str]:
    """Where it happened, without messages and values: those can hold anything."""
    return [
        f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}"
        for frame in traceback.extract_tb(raised_at)
    ]
