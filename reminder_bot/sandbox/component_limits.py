"""Discord's limits on buttons, selects and modals. Source: discord.com/developers/docs/components/reference."""

from __future__ import annotations

from collections.abc import Iterator

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.errors import FormError

Problem = tuple[str, tuple[str, str]]

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = (3, 5, 6, 7, 8)
LABEL = 18
LINK_STYLE = 5

MAX_ROWS = 5
MAX_BUTTONS = 5
MAX_OPTIONS = 25
MAX_CUSTOM_ID = 100


def component_problems(rows: list[Payload]) -> Iterator[Problem]:
    """Find what is wrong with the rows of a message; other layouts than rows pass unseen."""
    if len(rows) > MAX_ROWS:
        yield "components", ("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MAX_ROWS} in length.")
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row.get("type") != ACTION_ROW:
            continue
        inner = row.get("components") or []
        path = f"components.{index}.components"
        is_full = len(inner) > MAX_BUTTONS or (len(inner) > 1 and any(c.get("type") in SELECTS for c in inner))
        if not inner or is_full:
            yield path, ("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MAX_BUTTONS} in length.")
        for place, component in enumerate(inner):
            yield from _problems(f"{path}.{place}", component, seen)


def _problems(path: str, component: Payload, seen: set[str]) -> Iterator[Problem]:
    custom_id = component.get("custom_id")
    if custom_id is not None:
        if not 1 <= len(custom_id) <= MAX_CUSTOM_ID:
            yield f"{path}.custom_id", ("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MAX_CUSTOM_ID} in length.")
        if custom_id in seen:
            yield (
                f"{path}.custom_id",
                ("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"),
            )
        seen.add(custom_id)
    elif component.get("style") != LINK_STYLE:
        yield f"{path}.custom_id", ("BASE_TYPE_REQUIRED", "A custom id is required")
    if component.get("type") == BUTTON:
        yield from _button_problems(path, component)
    elif component.get("type") in SELECTS:
        yield from _select_problems(path, component)


def _button_problems(path: str, button: Payload) -> Iterator[Problem]:
    label = button.get("label")
    if label is not None and len(label) > 80:
        yield f"{path}.label", ("BASE_TYPE_MAX_LENGTH", "Must be 80 or fewer in length.")
    if not label and not button.get("emoji"):
        yield path, ("BUTTON_COMPONENT_INVALID_EMOJI_OR_LABEL", "A button must have a label or emoji")
    if button.get("style") == LINK_STYLE and not button.get("url"):
        yield f"{path}.url", ("BASE_TYPE_REQUIRED", "A url is required")


def _select_problems(path: str, select: Payload) -> Iterator[Problem]:
    if len(select.get("placeholder") or "") > 150:
        yield f"{path}.placeholder", ("BASE_TYPE_MAX_LENGTH", "Must be 150 or fewer in length.")
    yield from _count_problems(path, select)
    if select.get("type") != STRING_SELECT:
        return
    options = select.get("options") or []
    if not 1 <= len(options) <= MAX_OPTIONS:
        yield f"{path}.options", ("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MAX_OPTIONS} in length.")
    values = [option.get("value") for option in options]
    if len(set(values)) != len(values):
        yield (
            f"{path}.options",
            ("SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"),
        )
    for index, option in enumerate(options):
        for name, least in (("label", 1), ("value", 1), ("description", 0)):
            text = option.get(name) or ""
            if not least <= len(text) <= 100:
                sentence = f"Must be between {least} and 100 in length."
                yield f"{path}.options.{index}.{name}", ("BASE_TYPE_BAD_LENGTH", sentence)


def _count_problems(path: str, select: Payload) -> Iterator[Problem]:
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= least <= MAX_OPTIONS:
        yield f"{path}.min_values", ("NUMBER_TYPE_RANGE", f"int value should be between 0 and {MAX_OPTIONS}.")
    if not 1 <= most <= MAX_OPTIONS:
        yield f"{path}.max_values", ("NUMBER_TYPE_RANGE", f"int value should be between 1 and {MAX_OPTIONS}.")
    marked = select.get("default_values") or []
    if marked and not least <= len(marked) <= most:
        sentence = f"The number of default values must be between {least} and {most}."
        yield f"{path}.default_values", ("SELECT_COMPONENT_DEFAULT_VALUES_BAD_LENGTH", sentence)


def _input_problems(path: str, component: Payload) -> Iterator[Problem]:
    """Find what is wrong with one input of a modal, inside a label or a row."""
    if not 1 <= len(component.get("custom_id") or "") <= MAX_CUSTOM_ID:
        yield f"{path}.custom_id", ("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MAX_CUSTOM_ID} in length.")
    if component.get("type") in SELECTS:
        yield from _select_problems(path, component)
    if component.get("type") != TEXT_INPUT:
        return
    for name, limit in (("label", 45), ("placeholder", 100), ("value", component.get("max_length") or 4000)):
        if len(component.get(name) or "") > limit:
            yield f"{path}.{name}", ("BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")
    for name, least in (("min_length", 0), ("max_length", 1)):
        if not least <= component.get(name, least) <= 4000:
            yield f"{path}.{name}", ("NUMBER_TYPE_RANGE", f"int value should be between {least} and 4000.")


def _row_problems(path: str, row: Payload) -> Iterator[Problem]:
    """Find what is wrong with one part of a modal: a label with an input, or a row with one."""
    if row.get("type") == LABEL:
        for name, least, limit in (("label", 1, 45), ("description", 0, 100)):
            if not least <= len(row.get(name) or "") <= limit:
                yield f"{path}.{name}", ("BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {limit} in length.")
        yield from _input_problems(f"{path}.component", row.get("component") or {})
    for place, component in enumerate(row.get("components") or []):
        yield from _input_problems(f"{path}.components.{place}", component)


def check_modal(body: Payload) -> None:
    """Check a modal: a title of at most 45 characters, an id, one to five inputs.

    Raises:
        FormError: a field breaks its limit.
    """
    problems: dict[str, tuple[str, str]] = {}
    for name, limit in (("title", 45), ("custom_id", MAX_CUSTOM_ID)):
        if not 1 <= len(body.get(name) or "") <= limit:
            problems[f"data.{name}"] = ("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {limit} in length.")
    if not 1 <= len(body.get("components") or []) <= MAX_ROWS:
        problems["data.components"] = ("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MAX_ROWS} in length.")
    for index, row in enumerate(body.get("components") or []):
        problems.update(_row_problems(f"data.components.{index}", row))
    if problems:
        raise FormError(problems)


def inner_components(rows: list[Payload]) -> list[Payload]:
    """Return the buttons, selects and inputs inside rows, labels and sections, in order."""
    found: list[Payload] = []
    for row in rows:
        inside = list(row.get("components") or [])
        if isinstance(row.get("component"), dict):
            inside.append(row["component"])
        if isinstance(row.get("accessory"), dict):
            inside.append(row["accessory"])
        found += inner_components(inside) if inside else [row]
    return found
