"""REST: application commands, global and of a guild."""

from __future__ import annotations

from aiohttp import web

from reminder_bot.sandbox.errors import ApiError, ErrorKind
from reminder_bot.sandbox.rest_call import Call, Route, json_answer, no_content


def _scope(call: Call) -> tuple[int, int | None]:
    application_id = call.snowflake("application_id")
    if application_id != call.bot.id:
        raise ApiError(ErrorKind.UNKNOWN_APPLICATION)
    return application_id, call.guild().id if "guild_id" in call.params else None


async def list_commands(call: Call) -> web.Response:
    """Return the commands of a scope."""
    return json_answer(call.platform.commands.list_all(*_scope(call)))


async def replace_commands(call: Call) -> web.Response:
    """Register exactly these commands."""
    if not isinstance(call.body, list):
        raise ApiError(ErrorKind.BAD_JSON)
    return json_answer(call.platform.commands.replace_all(*_scope(call), call.body))


async def put_command(call: Call) -> web.Response:
    """Register one command."""
    return json_answer(call.platform.commands.put(*_scope(call), call.form), 201)


async def get_command(call: Call) -> web.Response:
    """Return one command."""
    return json_answer(call.platform.commands.get(*_scope(call), call.snowflake("command_id")))


async def edit_command(call: Call) -> web.Response:
    """Change one command."""
    return json_answer(call.platform.commands.edit(*_scope(call), call.snowflake("command_id"), call.form))


async def delete_command(call: Call) -> web.Response:
    """Forget one command."""
    call.platform.commands.delete(*_scope(call), call.snowflake("command_id"))
    return no_content()


def _routes(base: str) -> tuple[Route, ...]:
    return (
        Route("GET", base, list_commands),
        Route("PUT", base, replace_commands),
        Route("POST", base, put_command),
        Route("GET", f"{base}/{{command_id}}", get_command),
        Route("PATCH", f"{base}/{{command_id}}", edit_command),
        Route("DELETE", f"{base}/{{command_id}}", delete_command),
    )


ROUTES = (
    *_routes("/applications/{application_id}/commands"),
    *_routes("/applications/{application_id}/guilds/{guild_id}/commands"),
)
