"""The registration sheet as text that reads well in a terminal, a mail and a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cds_service.data_flows import Flow
from cds_service.registration import Entry, ScopeLine, Section, Sheet


def as_markdown(sheet: Sheet) -> str:
    """The whole sheet, ending with a line break."""
    return "\n".join(_written(sheet)) + "\n"


def _written(sheet: Sheet) -> Iterator[str]:
    yield f"# Registration of Throughline at {sheet.host_ehr} ({sheet.vendor})"
    yield from _entries(sheet.enter)
    yield from _list("Scopes", map(_scope, sheet.scopes), otherwise="none: no SMART client is entered")
    if sheet.scopes:
        yield f"- all of them: {sheet.scope_parameter}"
    yield from _entries(sheet.cards)
    yield from _entries(sheet.prefetch)
    yield from _list("Which data goes where", map(_flow, sheet.flows))
    for section in sheet.operation:
        yield from _entries(section)
    yield from _list("To take it out again", sheet.uninstall)
    yield from _list(f"Good to know about {sheet.vendor}", sheet.notes)


def _entries(section: Section) -> Iterator[str]:
    yield from _list(section.title, map(_entry, section.entries))


def _list(title: str, lines: Iterable[str], otherwise: str = "") -> Iterator[str]:
    found = list(lines) or [otherwise] * bool(otherwise)
    if found:
        yield from ("", f"## {title}", *(f"- {line}" for line in found))


def _entry(entry: Entry) -> str:
    called = f" [{entry.called}]" if entry.called else ""
    note = f" ({entry.note})" if entry.note else ""
    return f"{entry.title}{called}: {entry.value}{note}"


def _scope(line: ScopeLine) -> str:
    kinds = (f"\n    - {kind}: {why}" for kind, why in line.kinds.items())
    return f"{line.scope}: {line.reason}{''.join(kinds)}"


def _flow(flow: Flow) -> str:
    return f"{flow.number}. {flow.way}: {flow.carries} ({flow.guard})"
