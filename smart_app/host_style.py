"""The host EHR's look (SMART App Launch 2.2, `smart_style_url`): what of it is taken over, and as which CSS.

The document came from outside. Each value is checked; what is not a plain colour, a font name or a length is
left out. A colour is taken only in a theme in which everything written in it, or on it, keeps a contrast of
4.5 to 1: our own is shown otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
THEMES = ("light", "dark")
_COLOURS = ("color_background", "color_text", "color_highlight")
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_FONTS = re.compile(r"[A-Za-z0-9 ,'\"_-]{1,300}")
_FONT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,60}")
_LENGTH = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)px")
_WIDEST_RADIUS = 24.0
_ROOT = re.compile(r"^\s*:root\s*\{(.*?)\}", re.DOTALL | re.MULTILINE)
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")

# What is written where: each of these text colours stands on each of these grounds.
_TEXTS = ("ink", "soft", "faint", "link", "high-text", "watch-text", "good-text", "mind-text", "body-text")
_GROUNDS = ("page", "paper", "sunk")

Tokens = Mapping[str, str]


def checked(document: Mapping[str, object]) -> dict[str, str]:
    """The values of a style document that may be used, by their names in it."""
    taken: dict[str, str] = {}
    for name in _COLOURS:
        value = document.get(name)
        if isinstance(value, str) and _COLOUR.fullmatch(value.strip()):
            taken[name] = value.strip().lower()
    fonts = document.get("font_family_body")
    if isinstance(fonts, str) and _FONTS.fullmatch(fonts) and (named := list(_families(fonts))):
        taken["font_family_body"] = ", ".join(named)
    radius = document.get("dim_border_radius")
    length = _LENGTH.fullmatch(radius.strip()) if isinstance(radius, str) else None
    if length and float(length[1]) <= _WIDEST_RADIUS:
        taken["dim_border_radius"] = length[0]
    return taken


def css(style: Mapping[str, str], tokens: Mapping[str, Tokens]) -> str:
    """A style sheet that changes our tokens, for `checked` values; `tokens` are ours, by theme."""
    plain = {"type": style.get("font_family_body"), "round": style.get("dim_border_radius")}
    blocks = [f":root {{ {_declared(plain)} }}"] if any(plain.values()) else []
    blocks += [
        f"@media screen and (prefers-color-scheme: {theme}) {{ :root {{ {_declared(colours)} }} }}"
        for theme in THEMES
        if (colours := _in_theme(style, tokens[theme]))
    ]
    return "\n".join(blocks)


@cache
def tokens_of(path: Path) -> Mapping[str, Tokens]:
    """The tokens of our style sheet, by theme: its first `:root` is the light theme, its second the dark."""
    light, dark = (dict(_TOKEN.findall(block)) for block in _ROOT.findall(path.read_text())[:2])
    return {"light": light, "dark": light | dark}


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, 1 to 21 (WCAG 2.2, contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _in_theme(style: Mapping[str, str], ours: Tokens) -> dict[str, str]:
    """The colours that can be read in a theme, taken one after another."""
    wanted = (
        ("color_background", ("page",)),
        ("color_text", ("ink",)),
        ("color_highlight", ("link", "focus")),
    )
    taken: dict[str, str] = {}
    for name, places in wanted:
        if name in style:
            tried = dict(ours) | taken | dict.fromkeys(places, style[name])
            if _readable(tried, places):
                taken |= dict.fromkeys(places, style[name])
    return taken


def _readable(tokens: Tokens, changed: tuple[str, ...]) -> bool:
    pairs = ((text, ground) for text in _TEXTS for ground in _GROUNDS)
    return all(
        contrast(tokens[text], tokens[ground]) >= LEAST_CONTRAST
        for text, ground in pairs
        if text in changed or ground in changed
    )


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = (int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _families(fonts: str) -> Iterator[str]:
    generic = {"serif", "sans-serif", "monospace", "system-ui"}
    for family in fonts.split(",")[:8]:
        name = family.strip().strip("'\"")
        if _FONT.fullmatch(name) and name.lower() not in generic:
            yield f'"{name}"'
    yield "sans-serif"


def _declared(values: Mapping[str, str | None]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in values.items() if value)
