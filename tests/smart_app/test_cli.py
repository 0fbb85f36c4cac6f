"""The command line: which commands there are, and how it says that something is wrong."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.testing import CliRunner, Result

from smart_app import commands
from smart_app.cli import Throughline, main, throughline
from smart_app.foreseen import foreseen
from smart_app.static_files import static_folder

WORKING = """
import click

@click.command(help="Say hello.")
@click.option("--loud", is_flag=True)
def command(loud):
    click.echo("HELLO" if loud else "hello")
"""
FAILING = """
import click

class FileProblems(ValueError):
    pass

FileProblems.__module__ = {module!r}

@click.command()
def command():
    raise {error}
"""


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """A command line over a folder of commands of the test's own: `tool("hello", source)` runs one."""
    package = ModuleType("commands_of_a_test")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, package.__name__, package)
    group = Throughline("tool", package=package, params=[click.Option(["--traceback"], is_flag=True)])

    def run(arguments: str, **sources: str) -> Result:
        for name, source in sources.items():
            (tmp_path / f"{name}.py").write_text(source)
            monkeypatch.delitem(sys.modules, f"{package.__name__}.{name}", raising=False)
        return CliRunner().invoke(group, arguments.split(), prog_name="tool")

    return run


def test_a_file_with_a_command_is_a_command(tool):
    assert tool("say-hello --loud", say_hello=WORKING).output == "HELLO\n"


def test_help_lists_every_command_and_leaves_out_files_without_one(tool):
    listed = tool("--help", say_hello=WORKING, shared_words="WORDS = ()").output

    assert "say-hello  Say hello." in listed
    assert "shared-words" not in listed


def test_an_unknown_command_is_a_mistake_in_what_was_typed(tool):
    result = tool("say-goodbye", say_hello=WORKING)

    assert result.exit_code == 2
    assert "No such command 'say-goodbye'" in result.output


def test_an_unknown_option_is_a_mistake_in_what_was_typed(tool):
    assert tool("say-hello --soft", say_hello=WORKING).exit_code == 2


@pytest.mark.parametrize("floor", ["measures.vocabulary", "cds_service.outside.registry", "smart_app.launch"])
def test_an_error_of_our_own_is_one_clear_line(tool, floor):
    source = FAILING.format(
        module=floor, error="FileProblems('riverside.yaml:3: profile: must be one of epic')"
    )
    result = tool("add", add=source)

    assert (result.exit_code, result.output) == (1, "Error: riverside.yaml:3: profile: must be one of epic\n")


def test_a_missing_file_is_one_clear_line_that_names_it(tool):
    result = tool(
        "add", add=FAILING.format(module="x", error="FileNotFoundError(2, 'No such file', 'people.ndjson')")
    )

    assert (result.exit_code, result.output) == (1, "Error: people.ndjson: No such file\n")


def test_a_defect_keeps_its_traceback(tool):
    result = tool("add", add=FAILING.format(module="x", error="KeyError('follow_up')"))

    assert isinstance(result.exception, KeyError)


def test_traceback_shows_where_an_expected_error_came_from(tool):
    source = FAILING.format(module="measures.record", error="FileProblems('which')")

    assert type(tool("--traceback add", add=source).exception).__name__ == "FileProblems"


def test_a_command_whose_extra_is_missing_is_listed_and_names_the_package(tool):
    needs = "import a_package_nobody_has\n" + WORKING

    assert "Not available: needs a_package_nobody_has." in tool("--help", train=needs, hello=WORKING).output
    assert tool("hello").output == "hello\n"
    result = tool("train --folds 5 data")
    assert result.exit_code == 1
    assert "Python package 'a_package_nobody_has', which is not installed here" in result.output


def test_a_command_that_misses_a_module_of_ours_is_a_defect(tool):
    result = tool("train", train="import measures.module_of_another_time\n" + WORKING)

    assert isinstance(result.exception, ModuleNotFoundError)


def test_an_expected_error_without_words_says_its_name():
    class Unreadable(ValueError):
        pass

    Unreadable.__module__ = "measures.record"

    assert foreseen(Unreadable()) == "Unreadable"


def test_the_version_is_the_installed_one(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"throughline {version('throughline')}\n"


def our_commands() -> list[str]:
    return throughline.list_commands(click.Context(throughline))


def test_every_file_in_commands_is_a_command():
    files = {path.stem.replace("_", "-") for path in Path(commands.__path__[0]).glob("[a-z]*.py")}

    assert set(our_commands()) == files


@pytest.mark.parametrize("name", our_commands())
def test_every_command_explains_itself_and_its_options(name):
    command = throughline.get_command(click.Context(throughline), name)
    unexplained = [path for path, part in _parts(command, name) if not part.help]
    unexplained += [
        f"{path} {option.opts[0]}"
        for path, part in _parts(command, name)
        for option in part.params
        if isinstance(option, click.Option) and not option.help
    ]

    assert unexplained == []


def _parts(command: click.Command | None, path: str) -> list[tuple[str, click.Command]]:
    """A command and, when it is a group, the commands in it."""
    assert command is not None
    below = command.commands.items() if isinstance(command, click.Group) else ()
    return [(path, command), *(part for name, inner in below for part in _parts(inner, f"{path} {name}"))]


def test_the_static_folder_of_a_checkout_is_the_one_on_top():
    assert static_folder() == Path(commands.__path__[0]).parent.parent / "static"
