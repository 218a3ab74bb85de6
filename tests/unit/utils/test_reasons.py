"""Reasons are stored in English and shown in the reader's language: each the code can give must be known."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reminder_bot.batch_endings import UNCERTAIN
from utils.errors import MembersIncompleteError
from utils.i18n import speaking
from utils.reasons import SENTENCES, reason_text

ROOT = Path(__file__).resolve().parents[3]
RAISED = {"DiscordError", "TransientDiscordError", "BlockedError", "GoneError", "RequestRefusedError"}
STORED = {"end", "archive", "archive_all", "block_guild", "complete", "close_batch", "close_pending"}


def calls(*rooms: str) -> Iterator[tuple[str, ast.Call, str]]:
    for path in sorted(path for room in rooms for path in (ROOT / room).rglob("*.py")):
        if "sandbox" in path.parts or path.name == "rehearsal.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                yield f"{path.name}:{node.lineno}", node, name


def example(node: ast.expr) -> str | None:
    """Return a text that an expression may give: what differs is a word; None for what another place has made."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "mark":
        return example(node.args[0])
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def given() -> Iterator[tuple[str, str]]:
    for place, call, name in calls("persistence", "reminder_bot"):
        wanted = call.args[:1] if name in RAISED else call.args if name in STORED else []
        yield from ((place, text) for node in wanted if (text := example(node)))
    policy = ast.parse((ROOT / "reminder_bot/reminder_policy.py").read_text(encoding="utf-8"))
    (function,) = [node for node in policy.body if isinstance(node, ast.FunctionDef) and node.name == "reason_to_stop"]
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and str(node.value).startswith(("the event was", "answers", "it was")):
            yield "reminder_policy", str(node.value)
    for state in ("completed", "archived", "blocked"):
        yield "reminder_policy", f"the event is {state}"
    yield "errors", str(MembersIncompleteError(1))
    yield "reminder_delivery", "Discord refused: Missing Access." + UNCERTAIN


def test_every_reason_in_the_code_is_known() -> None:
    found = list(given())
    assert len(found) > 20
    with speaking("fr"):
        assert [(place, text) for place, text in found if reason_text(text) == text] == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_known_reason_keeps_what_differs(sentence: str) -> None:
    names = re.findall(r"\{([a-z]+)\}", sentence)
    text = sentence.format(**{name: f"<{index}>" for index, name in enumerate(names)})
    assert reason_text(text) == text
    with speaking("fr"):
        shown = reason_text(text)
    assert shown != text
    assert all(f"<{index}>" in shown for index in range(len(names)))


def test_a_reason_within_a_reason_is_translated_too() -> None:
    stored = "Discord refused: Missing Permissions. Whether an earlier attempt had posted it could not be found out."
    with speaking("fr"):
        assert reason_text(stored) == (
            "Discord a refusé\u00a0: permissions manquantes. "
            "Impossible de savoir si une tentative précédente l’avait publié."
        )


@pytest.mark.parametrize("text", ["", "something else", "{0} {text}", "Discord refused: .", "%s"])
def test_an_unknown_reason_stays_as_it_is(text: str) -> None:
    with speaking("fr"):
        assert reason_text(text) == text


def test_an_error_is_shown_by_its_sentence() -> None:
    with speaking("fr"):
        assert reason_text(MembersIncompleteError(1)).startswith("La liste des membres")
