"""YAML files written by people: read safely, every value traceable to its line.

Tags are refused by the safe loader; aliases, big and deep files by the limits here (an alias bomb is a
few hundred bytes); a key written twice is an error, since one of the two would silently be lost.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

Place = tuple[str | int, ...]

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_NODES = 20_000
_MOST_NAMED = 12  # names of a list that is read to its end
_A_FEW = 4
_SOMEWHAT_ALIKE = 0.4


class FileProblems(ValueError):
    """Everything that is wrong with one file, each problem as `file:line: what; the mend`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class YamlFile:
    """The values of one file, and the line on which each of them stands."""

    path: Path
    values: Any
    lines: Mapping[Place, int]

    def at(self, place: Place) -> str:
        """`file:line` of a value, or of the nearest thing that holds it."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.path}:{self.lines.get(place, 1)}"


def read_yaml(path: Path) -> YamlFile:
    """Read one document; FileProblems when unreadable, too big, with aliases, tags or repeated keys."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileProblems([f"{path}: cannot be read: {error.strerror}"]) from None
    return parse_yaml(raw, path)


def parse_yaml(raw: bytes, path: Path) -> YamlFile:
    """As `read_yaml`, of what was read already, or came in a form; `path` is its name in messages."""
    if len(raw) > MAX_BYTES:
        raise FileProblems([f"{path}: larger than {MAX_BYTES // 1024} KB; split it"])
    try:
        text = raw.decode("utf-8-sig")
        _keep_within_limits(text, path)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines, problems = _lines(node, path)
        if problems:
            raise FileProblems(problems)
        return YamlFile(path, yaml.safe_load(text), lines)
    except UnicodeDecodeError:
        raise FileProblems([f"{path}: is not UTF-8 text"]) from None
    except yaml.MarkedYAMLError as error:
        line = getattr(error.problem_mark, "line", 0) + 1
        raise FileProblems([f"{path}:{line}: not valid YAML: {error.problem}"]) from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: an impossible date such as 2026-02-30
        if isinstance(error, FileProblems):
            raise
        raise FileProblems([f"{path}: not valid YAML: {str(error).splitlines()[0]}"]) from None


def did_you_mean(word: object, known: Collection[str], see: str = "") -> str:
    """`; did you mean 'x'?` or, when nothing is near, what is known. Where `see` tells who lists it all, of a
    long list only the nearest are named: nobody looks for a mend among a hundred names.
    """
    names = {name.lower(): name for name in known}
    shortened = bool(see) and len(known) > _MOST_NAMED
    near = get_close_matches(str(word).lower(), names, n=1)
    if near:
        all_of_them = f" ({see} lists all {len(known)})" if shortened else ""
        return f"; did you mean {names[near[0]]!r}?{all_of_them}"
    if not shortened:
        return f"; known here: {', '.join(sorted(known))}"
    alike = [name for name in names if str(word).lower() in name]
    alike += get_close_matches(str(word).lower(), names, n=_A_FEW, cutoff=_SOMEWHAT_ALIKE)
    few = [*dict.fromkeys(alike or names)][:_A_FEW]
    told = ", ".join(names[name] for name in few)
    return f"; known here: {told} and {len(known) - len(few)} more, which {see} lists"


def _keep_within_limits(text: str, path: Path) -> None:
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = getattr(event.start_mark, "line", 0) + 1
        if isinstance(event, yaml.AliasEvent):
            raise FileProblems(
                [f"{path}:{line}: aliases (*{event.anchor}) are not accepted; write the value out"]
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise FileProblems([f"{path}:{line}: nested too deeply or too long for a file written by hand"])


def _lines(root: yaml.Node | None, path: Path) -> tuple[dict[Place, int], list[str]]:
    lines: dict[Place, int] = {}
    problems: list[str] = []

    def visit(node: yaml.Node, place: Place) -> None:
        lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                below = (*place, str(key.value))
                if below in lines:
                    problems.append(
                        f"{path}:{key.start_mark.line + 1}: {key.value!r} is written twice; keep one"
                    )
                lines[below] = key.start_mark.line + 1
                visit(value, below)
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                visit(value, (*place, number))

    if root is not None:
        visit(root, ())
    return lines, problems
