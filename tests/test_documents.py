"""What the documents say of the code is true: settings, commands, links, and the words of the glossary."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from cds_service.outside.settings import Settings
from docs.settings_table import README, with_settings
from smart_app.cli import throughline
from tests.project_files import ROOT, files, text

DOCUMENTS = [path for path in files() if path.suffix == ".md"]
CODE_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)

DESIGN_WORDS = """initial population, denominator, denominator exclusion, denominator exception, numerator,
open-gap, closed-gap, prospective-gap, not-applicable, unknown,
host EHR, vocabulary, panel, instrument, draft"""


# -- settings ----------------------------------------------------------------------------------------------


def test_the_settings_table_is_the_settings():
    readme = README.read_text(encoding="utf-8")

    assert with_settings(readme) == readme, "write it anew with: make docs"


def test_every_setting_says_what_it_is():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


# -- commands ----------------------------------------------------------------------------------------------


def commands_shown() -> Iterator[tuple[Path, str]]:
    """Every `throughline ...` or `make ...` a reader could type, from code blocks and inline code."""
    for document in DOCUMENTS:
        written = text(document)
        lines = [
            line for block in CODE_BLOCK.findall(written) for line in block.replace("\\\n", " ").splitlines()
        ]
        for line in [*lines, *INLINE_CODE.findall(CODE_BLOCK.sub("", written))]:
            command = re.sub(r"^(\$ )?([A-Z_]+=\S+ )*(\.venv/bin/)?", "", line.strip())
            if re.match(r"(throughline|make) \S", command):
                yield document, command.partition("  #")[0].strip()


@pytest.mark.parametrize(
    ("document", "line"), [pytest.param(*shown, id=shown[1]) for shown in commands_shown()]
)
def test_every_command_shown_exists_with_its_options(document, line):
    words = shlex.split(line, comments=True)
    problem = _make_target(words) if words[0] == "make" else _command(throughline, words[1:], words[0])

    assert problem is None, f"{document}: `{line}`: {problem}"


def _make_target(words: list[str]) -> str | None:
    targets = set(re.findall(r"^([a-z-]+):", text(Path("Makefile")), re.MULTILINE))
    unknown = [word for word in words[1:] if "=" not in word and word not in targets]
    return f"Makefile has no target {', '.join(unknown)}" if unknown else None


def _command(command: click.Command, words: list[str], path: str) -> str | None:
    """What is wrong with a command line; None when nothing is. Capitals stand for arguments."""
    options = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    options |= {"--help", "-h"}
    for position, word in enumerate(words):
        bare = word.strip("[]").partition("=")[0]
        if bare.startswith("-"):
            if bare not in options:
                return f"'{path}' has no option {bare}"
        elif isinstance(command, click.Group):
            inner = command.get_command(click.Context(command), bare)
            return (
                _command(inner, words[position + 1 :], f"{path} {bare}")
                if inner
                else f"'{path}' has no '{bare}'"
            )
    return None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("throughline --version", None),
        ("throughline launch-rocket", "'throughline' has no 'launch-rocket'"),
        ("throughline --fast", "'throughline' has no option --fast"),
        ("make test ARGS=x", None),
        ("make tea", "Makefile has no target tea"),
    ],
)
def test_a_command_that_does_not_exist_is_found_out(line, problem):
    words = line.split()

    assert (
        _make_target(words) if words[0] == "make" else _command(throughline, words[1:], words[0])
    ) == problem


# -- links -------------------------------------------------------------------------------------------------


def links() -> Iterator[tuple[Path, str]]:
    for document in DOCUMENTS:
        for target in LINK.findall(CODE_BLOCK.sub("", text(document))):
            if not re.match(r"[a-z]+:", target):
                yield document, unquote(target)


@pytest.mark.parametrize(
    ("document", "target"), [pytest.param(*link, id=f"{link[0]}: {link[1]}") for link in links()]
)
def test_every_link_between_the_documents_leads_somewhere(document, target):
    name, _, anchor = target.partition("#")
    file = (ROOT / document).parent / name if name else ROOT / document

    assert file.exists()
    assert not anchor or anchor in _anchors(file)


def _anchors(file: Path) -> set[str]:
    headings = HEADING.findall(CODE_BLOCK.sub("", file.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# -- words -------------------------------------------------------------------------------------------------


def test_the_glossary_explains_every_word_of_the_design():
    explained = {
        word.lower() for word in re.findall(r"^\*\*(.+?)\*\*", text(Path("GLOSSARY.md")), re.MULTILINE)
    }

    assert {word.strip().lower() for word in DESIGN_WORDS.split(",")} - explained == set()


def test_the_glossary_is_in_the_order_of_the_alphabet_within_each_part():
    for part in re.split(r"^## ", text(Path("GLOSSARY.md")), flags=re.MULTILINE)[1:]:
        words = [word.lower() for word in re.findall(r"^\*\*(.+?)\*\*", part, re.MULTILINE)]

        assert words == sorted(words)


def test_a_decision_is_told_in_five_lines():
    decisions = re.split(r"^## ", text(Path("docs/decisions.md")), flags=re.MULTILINE)[1:]
    long = [
        said.partition("\n")[0] for said in decisions if len(said.partition("\n")[2].strip().splitlines()) > 5
    ]

    assert decisions
    assert long == []
