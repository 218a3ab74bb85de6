"""Limits of messages, components and commands: on the limit it passes, one more and the field is named."""

from typing import Any

import pytest

from reminder_bot.sandbox.command_limits import check_command, check_commands
from reminder_bot.sandbox.component_limits import check_modal
from reminder_bot.sandbox.errors import ApiError, FormError
from reminder_bot.sandbox.limits import check_message


def _row(*components: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": 1, "components": list(components)}]


def _button(number: int = 0, **fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "custom_id": f"b{number}", "label": "Go", **fields}


def _select(count: int, **fields: Any) -> dict[str, Any]:
    options = [{"label": f"L{number}", "value": f"v{number}"} for number in range(count)]
    return {"type": 3, "custom_id": "s", "options": options, **fields}


def _embed(**fields: Any) -> dict[str, Any]:
    return {"embeds": [fields]}


GOOD_MESSAGES: list[dict[str, Any]] = [
    {"content": "x" * 2000},
    {"embeds": [{"title": "t"}] * 10},
    _embed(title="x" * 256, description="y" * 4096),
    _embed(footer={"text": "x" * 2048}, author={"name": "y" * 256}),
    _embed(fields=[{"name": "n", "value": "v"}] * 25),
    _embed(fields=[{"name": "n" * 256, "value": "v" * 1024}]),
    {"content": "x", "nonce": "n" * 25},
    {"content": "x", "flags": 4096},
    {"content": "x", "flags": None},
    {"content": "x", "components": _row(*[_button(number) for number in range(5)]) + _row(_select(25))},
    {"content": "x", "allowed_mentions": {"users": [str(10**17 + number) for number in range(100)]}},
]

BAD_MESSAGES: list[tuple[dict[str, Any], str]] = [
    ({"content": "x" * 2001}, "content"),
    ({"embeds": [{"title": "t"}] * 11}, "embeds"),
    (_embed(title="x" * 257), "embeds.0.title"),
    (_embed(description="x" * 4097), "embeds.0.description"),
    (_embed(footer={"text": "x" * 2049}), "embeds.0.footer.text"),
    (_embed(author={"name": "x" * 257}), "embeds.0.author.name"),
    (_embed(title="t", url="javascript:alert(1)"), "embeds.0.url"),
    (_embed(fields=[{"name": "n", "value": "v"}] * 26), "embeds.0.fields"),
    (_embed(fields=[{"name": "n" * 257, "value": "v"}]), "embeds.0.fields.0.name"),
    (_embed(fields=[{"name": "n", "value": "v" * 1025}]), "embeds.0.fields.0.value"),
    (_embed(fields=[{"name": "n", "value": ""}]), "embeds.0.fields.0.value"),
    ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
    ({"content": "x", "nonce": "n" * 26}, "nonce"),
    ({"content": "x", "flags": "silent"}, "flags"),
    ({"content": "x", "flags": -1}, "flags"),
    ({"content": "x", "components": _row(_button()) * 6}, "components"),
    ({"content": "x", "components": _row(*[_button(number) for number in range(6)])}, "components.0.components"),
    ({"content": "x", "components": _row()}, "components.0.components"),
    ({"content": "x", "components": _row(_select(1), _button())}, "components.0.components"),
    ({"content": "x", "components": _row(_button(), _button())}, "components.0.components.1.custom_id"),
    ({"content": "x", "components": _row(_button(label="x" * 81))}, "components.0.components.0.label"),
    ({"content": "x", "components": _row(_button(custom_id="x" * 101))}, "components.0.components.0.custom_id"),
    ({"content": "x", "components": _row(_select(26))}, "components.0.components.0.options"),
    ({"content": "x", "components": _row(_select(0))}, "components.0.components.0.options"),
    ({"content": "x", "allowed_mentions": {"users": ["1"] * 101}}, "allowed_mentions.users"),
    ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions"),
]


def _named(error: FormError, path: str) -> bool:
    node = error.body["errors"]
    for part in path.split("."):
        node = node.get(part, {})
    return "_errors" in node


@pytest.mark.parametrize("body", GOOD_MESSAGES)
def test_a_message_on_its_limits_passes(body: dict[str, Any]) -> None:
    check_message(body)


@pytest.mark.parametrize(("body", "path"), BAD_MESSAGES)
def test_a_message_over_a_limit_is_refused_and_the_field_named(body: dict[str, Any], path: str) -> None:
    with pytest.raises(FormError) as caught:
        check_message(body)
    assert caught.value.body["code"] == 50035
    assert _named(caught.value, path), caught.value.body


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": " \n"}, {"embeds": []}])
def test_an_empty_message_is_refused_with_its_own_code(body: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as caught:
        check_message(body)
    assert caught.value.body["code"] == 50006


def _command(**fields: Any) -> dict[str, Any]:
    return {"name": "watch", "description": "Watch a message", **fields}


def _option(**fields: Any) -> dict[str, Any]:
    return {"type": 3, "name": "interval", "description": "How often", **fields}


@pytest.mark.parametrize(
    "command",
    [
        _command(name="x" * 32, description="y" * 100),
        _command(name="größe-2"),
        _command(options=[_option(choices=[{"name": "n", "value": "v"}] * 25)]),
        {"type": 3, "name": "Watch this message"},
        _command(name_localizations={"fr": "arrêter"}, description_localizations={"es-419": "y" * 100}),
        {"type": 3, "name": "Watch this message", "name_localizations": {"fr": "Suivre ce message"}},
    ],
)
def test_a_command_on_its_limits_passes(command: dict[str, Any]) -> None:
    check_command(command)


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (_command(name="x" * 33), "name"),
        (_command(name="Watch"), "name"),
        (_command(name="watch it"), "name"),
        (_command(description=""), "description"),
        (_command(description="x" * 101), "description"),
        (_command(options=[_option()] * 26), "options"),
        (_command(options=[_option(choices=[{"name": "n", "value": "v"}] * 26)]), "options.0.choices"),
        (_command(options=[_option(), _option(name="b", required=True)]), "options.1.required"),
        (_command(options=[_option(choices=[{"name": "x" * 101, "value": "v"}])]), "options.0.choices.0.name"),
        (_command(name_localizations={"fr": "Suivre"}), "name_localizations.fr"),
        (_command(name_localizations={"klingon": "qap"}), "name_localizations.klingon"),
        (_command(description_localizations={"fr": "x" * 101}), "description_localizations.fr"),
        (_command(options=[_option(name_localizations={"fr": "une durée"})]), "options.0.name_localizations.fr"),
        ({"type": 3, "name": "x", "name_localizations": {"fr": "x" * 33}}, "name_localizations.fr"),
        ({"type": 3, "name": "x" * 33}, "name"),
        ({"type": 3, "name": "Watch", "description": "no"}, "description"),
    ],
)
def test_a_command_over_a_limit_is_refused_and_the_field_named(command: dict[str, Any], path: str) -> None:
    with pytest.raises(FormError) as caught:
        check_command(command)
    assert _named(caught.value, path), caught.value.body


def test_two_commands_of_one_name_are_refused() -> None:
    with pytest.raises(FormError):
        check_commands([_command(), _command()])


def test_over_a_hundred_commands_are_refused() -> None:
    check_commands([_command(name=f"c{number}") for number in range(100)])
    with pytest.raises(FormError):
        check_commands([_command(name=f"c{number}") for number in range(101)])


def test_a_modal_needs_a_short_title_and_one_to_five_inputs() -> None:
    check_modal({"title": "x" * 45, "custom_id": "m", "components": [{}] * 5})
    bad: list[dict[str, Any]] = [{"title": "x" * 46}, {"custom_id": ""}, {"components": [{}] * 6}, {"components": []}]
    for changes in bad:
        with pytest.raises(FormError):
            check_modal({"title": "x", "custom_id": "m", "components": [{}], **changes})


def _modal(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"title": "T", "custom_id": "m", "components": list(rows)}


def _label(label: str = "L", description: str | None = None, **fields: Any) -> dict[str, Any]:
    inner = {"type": 4, "style": 1, "custom_id": "a", **fields}
    return {"type": 18, "label": label, "description": description, "component": inner}


@pytest.mark.parametrize(
    ("row", "path"),
    [
        (_label("x" * 46), "components.0.label"),
        (_label(""), "components.0.label"),
        (_label(description="x" * 101), "components.0.description"),
        (_label(value="x" * 11, max_length=10), "components.0.component.value"),
        (_label(placeholder="x" * 101), "components.0.component.placeholder"),
        (_label(max_length=4001), "components.0.component.max_length"),
        (_label(custom_id=""), "components.0.component.custom_id"),
        (
            {"type": 1, "components": [{"type": 4, "custom_id": "a", "label": "x" * 46}]},
            "components.0.components.0.label",
        ),
    ],
)
def test_a_modal_over_a_limit_is_refused_and_the_field_named(row: dict[str, Any], path: str) -> None:
    with pytest.raises(FormError) as caught:
        check_modal(_modal(row))
    assert _named(caught.value, f"data.{path}"), caught.value.body


def test_a_modal_on_its_limits_passes() -> None:
    check_modal(_modal(_label("x" * 45, "y" * 100, value="z" * 4000, placeholder="p" * 100)))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"max_values": 26}, "max_values"),
        ({"min_values": -1}, "min_values"),
        ({"default_values": [{"id": "1", "type": "role"}, {"id": "2", "type": "role"}]}, "default_values"),
    ],
)
def test_a_select_of_too_many_values_is_refused(fields: dict[str, Any], name: str) -> None:
    select = {"type": 6, "custom_id": "s", **fields}
    with pytest.raises(FormError) as caught:
        check_message({"content": "x", "components": _row(select)})
    assert _named(caught.value, f"components.0.components.0.{name}"), caught.value.body
