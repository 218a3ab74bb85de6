"""The catalogues against the code: nothing untranslated, unused or malformed, and nothing that Discord would refuse."""

import ast
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog, Message

from reminder_bot.reminder_message import MENTIONS_LIMIT, content
from scripts.messages import ROOT, command_names, forms, known_languages, load, sources, template, untranslated
from utils.catalogue import read_catalogue
from utils.i18n import FOLDER, languages, pgettext, speaking

FILES = sorted(FOLDER.glob("*.po"))
MARKS = {"_", "ngettext", "pgettext", "plural"}
MESSAGE_LIMIT = 2000
NAME_LIMIT, DESCRIPTION_LIMIT, BUTTON_LIMIT, FIELD_NAME_LIMIT = 32, 100, 80, 256
GROUPS = {"event", "my", "settings"}
"""Commands that are used with a second word."""

Key = tuple[str | None, tuple[str, ...]]

each_language = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@cache
def in_code() -> Catalog:
    return template()


@cache
def trees() -> dict[str, ast.Module]:
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in sources()}


@cache
def catalogue(path: Path) -> Catalog:
    return load(path)


def keys(of: Iterable[Message]) -> set[Key]:
    return {(entry.context, ids(entry)) for entry in of if entry.id}


def ids(entry: Message) -> tuple[str, ...]:
    """Return the English text, or its singular and its plural."""
    return (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)


def pairs(path: Path) -> Iterator[tuple[Message, str, str]]:
    """Return each translated entry with its English and its translation; of plural forms, the last of both."""
    for entry in translated(path):
        yield entry, ids(entry)[-1], forms(entry)[-1]


def translated(path: Path) -> list[Message]:
    missing = keys(untranslated(catalogue(path)))
    return [entry for entry in catalogue(path) if entry.id and (entry.context, ids(entry)) not in missing]


def names_in(text: str) -> Counter[str]:
    return Counter(name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None)


def test_there_is_french_and_each_catalogue_is_of_a_language_that_discord_has() -> None:
    assert languages() >= {"en", "fr"}
    assert languages() - known_languages() == {"en"}


@each_language
def test_every_text_in_the_code_is_in_the_catalogue(path: Path) -> None:
    assert keys(in_code()) - keys(catalogue(path)) == set(), "run `make messages`, and translate them"


@each_language
def test_the_catalogue_has_nothing_that_the_code_does_not_use(path: Path) -> None:
    assert keys(catalogue(path)) - keys(in_code()) == set(), "run `make messages`"
    assert [entry.id for entry in catalogue(path).obsolete.values()] == []


@each_language
def test_everything_is_translated_and_nothing_is_fuzzy(path: Path) -> None:
    assert [entry.id for entry in untranslated(catalogue(path))] == []


@each_language
def test_translations_have_the_placeholders_of_the_text(path: Path) -> None:
    wrong = []
    for entry in translated(path):
        expected = names_in(ids(entry)[0])
        wrong += [form for form in forms(entry) if names_in(form) != expected]
    assert wrong == []


@each_language
def test_translations_keep_the_lines_and_the_edges_of_the_text(path: Path) -> None:
    wrong = [
        text
        for _entry, english, text in pairs(path)
        if text.strip(" \n") != text or english.count("\n") != text.count("\n") or "  " in text
    ]
    assert wrong == []


@each_language
def test_the_bot_reads_what_babel_reads(path: Path) -> None:
    ours = read_catalogue(path.read_text(encoding="utf-8"))
    assert dict(ours.texts) == {(entry.context or "", ids(entry)[0]): forms(entry) for entry in translated(path)}
    assert ours.plural(0) in range(catalogue(path).num_plurals)


@each_language
def test_names_of_commands_and_options_are_what_discord_takes(path: Path) -> None:
    named: dict[str, list[str]] = {}
    for context, name in set(command_names()):
        with speaking(path.stem):
            named.setdefault(context, []).append(pgettext(context, name))
    for context in ("command", "option"):
        assert [name for name in named[context] if not is_command_name(name)] == []
        assert [name for name, count in Counter(named[context]).items() if count > 1] == []


def is_command_name(name: str) -> bool:
    # Source: https://discord.com/developers/docs/interactions/application-commands#application-command-naming
    letters = all(char in "-_'" or unicodedata.category(char)[0] in "LN" for char in name)
    return 1 <= len(name) <= NAME_LIMIT and letters and name == name.lower()


@each_language
def test_texts_are_no_longer_than_discord_allows(path: Path) -> None:
    limits = {
        NAME_LIMIT: arguments_of("ContextMenu"),
        DESCRIPTION_LIMIT: arguments_of("command") | arguments_of("describe") | {constant("EVENT")},
        BUTTON_LIMIT: {"Previous", "Next"},
        FIELD_NAME_LIMIT: arguments_of("add_field"),
    }
    found = {english: text for _entry, english, text in pairs(path)}
    long = [
        found[english] for limit, texts in limits.items() for english in texts if len(found.get(english, "")) > limit
    ]
    assert long == []


def arguments_of(name: str) -> set[str]:
    """Return the marked texts that are handed to what has this name."""
    return {
        node.args[0].value
        for tree in trees().values()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == name
        for node in ast.walk(call)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "mark")
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }


def constant(name: str) -> str:
    text = (ROOT / "reminder_bot/cogs/organising.py").read_text(encoding="utf-8")
    found = re.search(rf'^{name} = mark\("(.+)"\)', text, re.MULTILINE)
    assert found is not None
    return found[1]


@each_language
def test_commands_that_a_text_names_have_their_name_in_that_language(path: Path) -> None:
    with speaking(path.stem):
        names = {name: pgettext("command", name) for context, name in set(command_names()) if context == "command"}
    wrong = []
    for _entry, english, text in pairs(path):
        expected = sorted(names[name] for name in re.findall(r"(?<![\w<])/(\w+)", english) if name in names)
        if sorted(name for name in re.findall(r"(?<![\w<])/([\w-]+)", text)) != expected:
            wrong.append(text)
    assert wrong == []


@each_language
def test_the_line_before_the_mentions_leaves_room_for_them(path: Path) -> None:
    with speaking(path.stem):
        assert len(content(())) + MENTIONS_LIMIT <= MESSAGE_LIMIT


def test_the_documented_french_names_are_those_of_the_catalogue() -> None:
    doc = (ROOT / "docs/translation.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `/(.+)` \| `/(.+)` \|$", doc, re.MULTILINE)
    commands = {name for context, name in command_names() if context == "command"}
    words = {english: english.split() for english, _french in rows}
    depth = {english: 2 if words[english][0] in GROUPS else 1 for english in words}
    assert {word for english in words for word in words[english][: depth[english]]} == commands
    with speaking("fr"):
        for english, french in rows:
            names, options = words[english][: depth[english]], words[english][depth[english] :]
            assert [pgettext("command", name) for name in names] == french.split()[: len(names)]
            assert [pgettext("option", name) for name in options] == french.split()[len(names) :]


def test_french_has_the_spaces_and_apostrophes_that_french_has() -> None:
    wrong = [
        text
        for entry, _english, text in pairs(FOLDER / "fr.po")
        if not entry.context and re.search(r"'|(?<![\u202f:])[;?!]|(?<!\u00a0):(?=\s|$)|«(?!\u00a0)|(?<!\u00a0)»", text)
    ]
    assert wrong == []


def test_french_addresses_nobody() -> None:
    addressed = re.compile(r"\b(?:vous|votre|vos|tu|te|toi|ton|ta|tes|(?!chez|assez|nez)\w+ez)\b|\bt’", re.IGNORECASE)
    wrong = [text for _entry, _english, text in pairs(FOLDER / "fr.po") if addressed.search(text)]
    assert wrong == [], "docs/translation.md: the infinitive, or the thing itself"


def test_no_text_is_translated_while_the_code_is_loaded() -> None:
    """What is loaded is loaded once, in English: there, texts are only marked."""
    early = [
        f"{name}:{call.lineno}"
        for name, tree in trees().items()
        for call in calls_while_loading(tree)
        if getattr(call.func, "id", "") in MARKS
    ]
    assert early == []


def calls_while_loading(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (*child.decorator_list, *child.args.defaults, *child.args.kw_defaults):
                yield from (inner for inner in ast.walk(part or ast.Pass()) if isinstance(inner, ast.Call))
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from calls_while_loading(child)


def test_marked_texts_are_written_out() -> None:
    """A text that is put together, or translated, before it is marked is in no catalogue."""
    broken = [
        f"{name}:{call.lineno}"
        for name, tree in trees().items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {*MARKS, "mark"}
        for argument in call.args
        if isinstance(argument, ast.JoinedStr | ast.BinOp) or is_mark(argument)
    ]
    assert broken == []


def is_mark(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in {*MARKS, "mark"}
