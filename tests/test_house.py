"""The rules of the house that no linter knows. Each is a sentence; what breaks it is listed by name."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.project_files import IMAGES, PACKAGES, ROOT, files, python_files, text

LONGEST_FILE = 300
NO_CONCEPT = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common|processors?|handlers?\d*)(_|$)")

# Written in pieces, or this file would be the first to break the rule.
MACHINE_PATHS = ("/" + "work/", "/" + "root/", "/" + "home/", "/" + "tmp/")
REGISTRY_HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "debian" + ".org",
    "un" + "pkg.com",
)
AUTHORSHIP = ("co-authored" + "-by", "generated" + " with", "ai-" + "generated")

ENVIRONMENT_READERS = ("cds_service/outside/", "tests/", "bench/")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=str(path))


def modules(*tops: str) -> list[Path]:
    return [path for path in python_files(*tops) if text(path).strip()]


def test_no_python_file_is_longer_than_a_person_reads_at_once():
    long = {
        str(path): lines for path in python_files() if (lines := len(text(path).splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_every_module_says_what_it_is_for():
    silent = [str(path) for path in modules(*PACKAGES, "bench", "docs") if not ast.get_docstring(tree(path))]

    assert silent == []


def test_no_file_is_named_for_what_it_does_not_know_it_is():
    nameless = [str(path) for path in files() if NO_CONCEPT.search(path.stem.lower())]

    assert nameless == []


def test_only_outside_reads_the_environment():
    readers = [
        f"{path}:{node.lineno}"
        for path in modules()
        if not str(path).startswith(ENVIRONMENT_READERS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.ImportFrom) and _reads_environment(node)
    ]

    assert readers == []


def _reads_environment(node: ast.Attribute | ast.ImportFrom) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv" | "putenv"):
            return True
        case ast.ImportFrom(module="os", names=names):
            return any(name.name in {"environ", "environb", "getenv", "putenv"} for name in names)
        case _:
            return False


@pytest.mark.parametrize(
    "words",
    [MACHINE_PATHS, REGISTRY_HOSTS, AUTHORSHIP],
    ids=["machine paths", "registry hosts", "authorship"],
)
def test_no_file_names_the_machine_it_was_written_on_or_who_wrote_it(words: tuple[str, ...]):
    named = [
        f"{path}:{number}: {word}"
        for path, number, line in _lines()
        for word in words
        if word in line.lower()
    ]

    assert named == []


def _lines() -> Iterator[tuple[Path, int, str]]:
    for path in files():
        if path.suffix not in IMAGES and path.name != "LICENSE":
            for number, line in enumerate(text(path).splitlines(), start=1):
                yield path, number, line


def test_no_third_party_front_end_file_is_committed():
    brought = [
        str(path) for path in files() if ".min." in path.name or {"vendor", "node_modules"} & set(path.parts)
    ]

    assert brought == []


def test_the_top_level_holds_only_what_the_design_names():
    allowed = {*PACKAGES, "static", "tests", "docs", "bench", ".ci"}
    allowed |= {
        "pyproject.toml",
        "README.md",
        "Makefile",
        "CHANGELOG.md",
        "GLOSSARY.md",
        "LICENSE",
        ".gitignore",
    }

    assert {path.parts[0] for path in files()} - allowed == set()


def test_every_measure_has_its_own_test():
    tested = {path.stem.removeprefix("test_") for path in python_files("tests")}
    untested = [
        str(path)
        for path in python_files("measures")
        if path.match("measures/library/*.py") and not _tested(path, tested)
    ]

    assert untested == []


def _tested(measure: Path, tested: set[str]) -> bool:
    return measure.stem.startswith("_") or bool({measure.stem, measure.stem.partition("_")[0]} & tested)


# -- dependencies ------------------------------------------------------------------------------------------

# Used without being imported: a driver named in the database's URL, what zoneinfo reads, pytest's plug-ins,
# the Makefile's tools.
NEVER_IMPORTED = {"psycopg", "tzdata"} | {"pytest-xdist"} | {"hatchling", "import-linter", "mypy", "ruff"}


def test_every_package_imported_is_declared():
    project = declared() | declared("spark")
    everything = project | declared("test")
    undeclared = {
        f"{path}: {package}"
        for path, package in imported(*PACKAGES, "bench", "docs", "tests")
        if package not in (project if path.parts[0] in PACKAGES else everything)
    }

    assert undeclared == set()


def test_every_package_declared_is_used():
    used = {package for _, package in imported(*PACKAGES, "bench", "docs", "tests")}
    types_of_them = {f"types-{package}" for package in used}
    unused = (declared() | declared("test")) - used - types_of_them - NEVER_IMPORTED

    assert unused == set()


def declared(extra: str | None = None) -> set[str]:
    project = tomllib.loads(text(Path("pyproject.toml")))["project"]
    requirements = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return {_canonical(re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0]) for requirement in requirements}


@cache
def imported(*tops: str) -> frozenset[tuple[Path, str]]:
    """Every (file, distribution) where the file imports the distribution."""
    distributions = packages_distributions()
    ours = {*PACKAGES, "bench", "docs", "tests"}
    return frozenset(
        (path, _canonical(distribution))
        for path in modules(*tops)
        for name in _imports(tree(path))
        if name not in ours and name not in sys.stdlib_module_names
        for distribution in distributions.get(name, [name])[:1]
    )


def _imports(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_licence_is_the_whole_apache_2_0():
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
