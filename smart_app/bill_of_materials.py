"""The software bill of materials as CycloneDX JSON: Throughline, and all that is installed for it to run.

Read from what pip installed, so it says what runs and not what was meant; tools of tests and development are
left out, because nothing that runs needs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import Distribution, distribution

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_OURSELVES = "throughline"
_LONGEST_NAME = 100  # of a licence; beyond this it is the licence's text


def bill_of_materials() -> str:
    """CycloneDX 1.6, indented; PackageNotFoundError when something needed is not installed."""
    needs = _needs()
    made = {name: _component(name) for name in needs}
    bom = Bom(components=[part for name, part in made.items() if name != _OURSELVES])
    bom.metadata.component = made[_OURSELVES]
    for name, others in needs.items():
        bom.register_dependency(made[name], [made[other] for other in sorted(others)])
    written: str = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    return written + "\n"


def _needs() -> dict[str, set[str]]:
    """Every distribution that runs here, each with those it needs on this machine."""
    needs: dict[str, set[str]] = {}
    ahead, seen = [(_OURSELVES, "")], set()
    while ahead:
        name, extra = ahead.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        mine = needs.setdefault(name, set())
        for requirement in _required(name, extra):
            other = str(canonicalize_name(requirement.name))
            mine.add(other)
            ahead += [(other, each) for each in ("", *requirement.extras)]
    return needs


def _required(name: str, extra: str) -> Iterator[Requirement]:
    """What a distribution asks for, with one of its extras; "" for none."""
    for requirement in map(Requirement, distribution(name).requires or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def _component(name: str) -> Component:
    found = distribution(name)
    ours = name == _OURSELVES
    licence = _licence(found)
    return Component(
        name=found.metadata["Name"],
        version=found.version,
        type=ComponentType.APPLICATION if ours else ComponentType.LIBRARY,
        bom_ref=f"{name}=={found.version}",
        purl=None if ours else PackageURL("pypi", None, name, found.version),
        description=found.metadata["Summary"],
        licenses=[LicenseFactory().make_from_string(licence)] if licence else (),
    )


def _licence(found: Distribution) -> str | None:
    """The licence in one line: an SPDX expression where there is one."""
    said = [*_all(found, "License-Expression"), *_all(found, "License")]
    classified = (line for line in _all(found, "Classifier") if line.startswith("License ::"))
    said += [line.rpartition(" :: ")[2] for line in classified]
    return next((line.strip() for line in said if 0 < len(line.strip()) <= _LONGEST_NAME), None)


def _all(found: Distribution, field: str) -> list[str]:
    return found.metadata.get_all(field) or []
