"""The selects of an audience: what they show as chosen."""

from typing import Any, cast

from models.setting_json import MOST_CHOSEN
from reminder_bot.interactions.audience_selects import MembersAsked, RolesAsked


class Guild:
    """Knows everybody and every role."""

    def get_role(self, role_id: int) -> int:
        """Return something."""
        return role_id

    def get_member(self, user_id: int) -> int:
        """Return something."""
        return user_id


async def test_no_more_are_shown_as_chosen_than_discord_takes() -> None:
    async def take(*_args: Any) -> None:
        raise AssertionError("nobody has chosen anything")

    guild = cast(Any, Guild())
    assert len(RolesAsked(guild, range(1, 31), take).default_values) == MOST_CHOSEN
    assert len(MembersAsked(guild, range(1, 31), take).default_values) == MOST_CHOSEN
