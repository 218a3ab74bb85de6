"""What a message says of the command it came from."""

from typing import Any

import pytest

from reminder_bot.sandbox.interactions import Interaction, InteractionKind


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"name": "status", "options": [{"name": "event", "type": 3, "value": "7"}]}, "status"),
        ({"name": "event", "options": [{"name": "show", "type": 1, "options": []}]}, "event show"),
        ({"name": "a", "options": [{"name": "b", "type": 2, "options": [{"name": "c", "type": 1}]}]}, "a b c"),
        ({"name": "Watch this message"}, "Watch this message"),
    ],
)
def test_subcommand_is_named_whole(data: dict[str, Any], name: str) -> None:
    interaction = Interaction(1, "token", InteractionKind.COMMAND, 2, 3, 4, 5, data, 0.0)
    assert interaction.metadata({"id": "3"})["name"] == name
