"""What a page asks for: one act at a time, each with its arguments, read with care."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from reminder_bot.sandbox.director import Director
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.errors import ApiError
from reminder_bot.sandbox.page.visitor import Visitor
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.platform import Platform
from reminder_bot.sandbox.replies import CommandMisuse
from reminder_bot.sandbox.snowflake import parse_snowflake


class ActError(Exception):
    """An act that cannot be done; the text is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: by whom, on what, with which arguments."""

    platform: Platform
    director: Director
    visitor: Visitor
    arguments: Payload

    @property
    def user_id(self) -> int:
        """Who acts."""
        return self.visitor.user_id

    def snowflake(self, name: str) -> int:
        """Return an id.

        Raises:
            ActError: it is none.
        """
        value = self.optional_snowflake(name)
        if value is None:
            raise ActError(f"“{name}” is not an id.")
        return value

    def optional_snowflake(self, name: str) -> int | None:
        """Return an id, or None when there is none."""
        return parse_snowflake(self.arguments.get(name))

    def text(self, name: str, *, most: int = 2000) -> str:
        """Return a text of 1 to ``most`` characters.

        Raises:
            ActError: it is none.
        """
        value = self.arguments.get(name)
        if not isinstance(value, str) or not value.strip():
            raise ActError("There is nothing in it.")
        if len(value) > most:
            raise ActError(f"It is {len(value)} characters long; {most} are allowed.")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of texts.

        Raises:
            ActError: it is none.
        """
        value = self.arguments.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ActError(f"“{name}” is not a list of texts.")
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        """Return an object with names.

        Raises:
            ActError: it is none.
        """
        value = self.arguments.get(name)
        if not isinstance(value, dict):
            raise ActError(f"“{name}” is not a list of names and values.")
        return value

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Have something called in so many real seconds."""
        asyncio.get_running_loop().call_later(seconds, call)

    def require(self, channel_id: int, permission: Permission, refusal: str) -> None:
        """Refuse when the person lacks a permission in a channel.

        Raises:
            ActError: they do; with the text ``refusal``.
        """
        if permission not in self.platform.world.permissions(self.user_id, channel_id):
            raise ActError(refusal)


Handler = Callable[[Act], Awaitable[Payload]]


async def perform(handler: Handler, act: Act) -> Payload:
    """Do it, and return what the page is told.

    Raises:
        ActError: it cannot be done.
    """
    try:
        return await handler(act)
    except LookupError as error:
        raise ActError("That is not there any more.") from error
    except CommandMisuse as error:
        raise ActError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    except ApiError as error:
        raise ActError(f"Discord would refuse this: {error}") from error
