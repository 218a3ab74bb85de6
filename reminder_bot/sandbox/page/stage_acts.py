"""What a person does with the stage rather than as somebody in the world: acts as another one, has the story played."""

from __future__ import annotations

from collections.abc import Callable

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.page.acts import Act, ActError, Handler
from reminder_bot.sandbox.page.backstage import Backstage
from reminder_bot.sandbox.page.visitor import Visitor


def stage_acts(backstage: Backstage | None, send_viewpoint: Callable[[Visitor], None]) -> dict[str, Handler]:
    """Return the acts that a stage allows."""

    async def become(act: Act) -> Payload:
        user_id = act.snowflake("user_id")
        if act.platform.world.user(user_id).is_bot:
            raise ActError("A bot acts for itself.")
        act.visitor.user_id = user_id
        send_viewpoint(act.visitor)
        return {}

    async def play_story(_act: Act) -> Payload:
        if backstage is None:
            raise ActError("There is no story here.")
        if not backstage.play_story():
            raise ActError("The story is being played already.")
        return {}

    return {"become": become, "play_story": play_story}
