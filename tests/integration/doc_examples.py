"""The examples of docs/commands.md, read as a person would type them."""

import re
from dataclasses import dataclass
from pathlib import Path

from reminder_bot.interactions.options import Who

ROOT = Path(__file__).parents[2]
_HEADINGS = {"For organisers": Who.ORGANISER, "For everyone": Who.EVERYONE, "For the owner of the bot": Who.OWNER}
_SECTION = re.compile(r"### (?:`/(?P<usage>.+)`|(?P<kind>Message|Member) menu “(?P<menu>.+)”)")
_SLASH = re.compile(r" {4}/(.+)")
_MENU = re.compile(r" {4}right-click (?:“(?P<title>.+)”|yourself), Apps, (?P<menu>.+)")
_OPTION = re.compile(r" (\w+):(?!//)")


@dataclass(frozen=True, slots=True)
class Example:
    """What is typed: a command with its options, or a menu's entry, on the message that begins with a title."""

    name: str
    who: Who
    options: dict[str, str]
    title: str = ""
    menu: str | None = None
    """``Message`` or ``Member``."""


@dataclass(frozen=True, slots=True)
class Section:
    """A command of the page and the lines under it that are examples."""

    heading: str
    examples: list[Example]


def sections() -> list[Section]:
    """Return every command of docs/commands.md."""
    found: list[Section] = []
    who, section, match = Who.EVERYONE, Section("", []), None
    for line in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            who = _HEADINGS[line.removeprefix("## ")]
        if line.startswith("### ") and (match := _SECTION.fullmatch(line)):
            section = Section(line.removeprefix("### "), [])
            found.append(section)
        elif line.startswith("#"):
            match = None
        elif match and match["menu"] and (entry := _MENU.fullmatch(line)) and entry["menu"] == match["menu"]:
            section.examples.append(Example(entry["menu"], who, {}, entry["title"] or "", match["kind"]))
        elif match and match["usage"] and (slash := _SLASH.fullmatch(line)):
            name, options = parts(slash[1])
            if f"{match['usage']} ".startswith(f"{name} "):
                section.examples.append(Example(name, who, options, options.get("event", "")))
    return found


def parts(typed: str) -> tuple[str, dict[str, str]]:
    """Return the name and the options of a command as it is typed, without its slash."""
    name, *rest = _OPTION.split(typed)
    return name, dict(zip(rest[::2], rest[1::2], strict=True))


def french_line() -> tuple[str, dict[str, str]]:
    """Return the line in French that stands before the commands, with the names as a French client shows them."""
    head = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8").split("\n## ")[0]
    (line,) = [found[1] for found in map(_SLASH.fullmatch, head.splitlines()) if found]
    return parts(line)
