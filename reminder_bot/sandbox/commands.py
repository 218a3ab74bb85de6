"""The application commands that bots registered, global and per guild."""

from __future__ import annotations

from reminder_bot.sandbox.command_limits import CHAT_INPUT, check_command, check_commands
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.errors import ApiError, ErrorKind
from reminder_bot.sandbox.snowflake import SnowflakeFactory
from reminder_bot.sandbox.watchers import Watchers

_KEPT = (
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "default_member_permissions",
    "nsfw",
    "contexts",
    "integration_types",
    "dm_permission",
)


class CommandRegistry:
    """Commands by application and scope; a scope is a guild, or None for everywhere."""

    def __init__(self, snowflakes: SnowflakeFactory, watchers: Watchers) -> None:
        """Take ids from ``snowflakes``; tell ``watchers`` of every change."""
        self._snowflakes = snowflakes
        self._watchers = watchers
        self._scopes: dict[tuple[int, int | None], dict[int, Payload]] = {}

    def list_all(self, application_id: int, guild_id: int | None) -> list[Payload]:
        """Return the commands of a scope."""
        return list(self._scope(application_id, guild_id).values())

    def get(self, application_id: int, guild_id: int | None, command_id: int) -> Payload:
        """Return a command.

        Raises:
            ApiError: there is none (10063).
        """
        found = self._scope(application_id, guild_id).get(command_id)
        if found is None:
            raise ApiError(ErrorKind.UNKNOWN_COMMAND)
        return found

    def find(self, guild_id: int | None, name: str, kind: int = CHAT_INPUT) -> Payload | None:
        """Return the command people of a guild see under a name, of any bot; the guild's own come first."""
        for scope in dict.fromkeys((guild_id, None)):
            for (_, place), commands in self._scopes.items():
                if place != scope:
                    continue
                for command in commands.values():
                    if command["name"] == name and command["type"] == kind:
                        return command
        return None

    def everything(self) -> list[Payload]:
        """Return all commands of all bots; a guild's own name their guild."""
        return [command for commands in self._scopes.values() for command in commands.values()]

    def names(self) -> set[str]:
        """Return the names of all commands."""
        return {command["name"] for command in self.everything()}

    def replace_all(self, application_id: int, guild_id: int | None, bodies: list[Payload]) -> list[Payload]:
        """Register exactly these commands; those with a known name and type keep their ids.

        Raises:
            FormError: one breaks a limit, and nothing changes.
        """
        check_commands(bodies)
        known = self._scope(application_id, guild_id)
        stored = [self._stored(application_id, guild_id, body, known) for body in bodies]
        self._scopes[(application_id, guild_id)] = {int(command["id"]): command for command in stored}
        self._tell()
        return stored

    def put(self, application_id: int, guild_id: int | None, body: Payload) -> Payload:
        """Register one command, over the one of the same name and type.

        Raises:
            FormError: it breaks a limit.
        """
        check_command(body)
        scope = self._scope(application_id, guild_id)
        command = self._stored(application_id, guild_id, body, scope)
        scope[int(command["id"])] = command
        self._tell()
        return command

    def edit(self, application_id: int, guild_id: int | None, command_id: int, body: Payload) -> Payload:
        """Change what a body names of a command.

        Raises:
            ApiError: there is no such command.
            FormError: it breaks a limit.
        """
        command = {**self.get(application_id, guild_id, command_id), **{k: body[k] for k in _KEPT if k in body}}
        check_command(command)
        command["version"] = str(self._snowflakes.make())
        self._scope(application_id, guild_id)[command_id] = command
        self._tell()
        return command

    def delete(self, application_id: int, guild_id: int | None, command_id: int) -> None:
        """Forget a command.

        Raises:
            ApiError: there is none (10063).
        """
        self.get(application_id, guild_id, command_id)
        del self._scope(application_id, guild_id)[command_id]
        self._tell()

    def _tell(self) -> None:
        self._watchers.tell("COMMANDS_UPDATE", {"commands": self.everything()})

    def _scope(self, application_id: int, guild_id: int | None) -> dict[int, Payload]:
        return self._scopes.setdefault((application_id, guild_id), {})

    def _stored(self, application_id: int, guild_id: int | None, body: Payload, known: dict[int, Payload]) -> Payload:
        kind = int(body.get("type") or CHAT_INPUT)
        same = [c for c in known.values() if c["name"] == body["name"] and c["type"] == kind]
        stored: Payload = {
            "description": "",
            "options": [],
            "default_member_permissions": None,
            "nsfw": False,
            "contexts": None,
            **{key: body[key] for key in _KEPT if key in body},
            "id": same[0]["id"] if same else str(self._snowflakes.make()),
            "application_id": str(application_id),
            "type": kind,
            "version": str(self._snowflakes.make()),
        }
        if guild_id is not None:
            stored["guild_id"] = str(guild_id)
        return stored
