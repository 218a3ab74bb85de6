"""Every error of a command becomes one sentence; none is let through."""

import logging
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from discord import app_commands

from reminder_bot.interactions.answers import answer, answer_error, explain
from utils.errors import (
    BlockedError,
    DiscordError,
    GoneError,
    InvalidLinkError,
    MembersIncompleteError,
    StorageError,
    TransientDiscordError,
)


class Response:
    """An interaction's first answer; a deferred one is awaited beside what is shown."""

    type = discord.InteractionResponseType.deferred_message_update

    def __init__(self, said: list[dict[str, Any]], *, is_done: bool, failure: Exception | None) -> None:
        self._said = said
        self._is_done = is_done
        self._failure = failure

    def is_done(self) -> bool:
        return self._is_done

    async def send_message(self, content: str | None, **options: Any) -> None:
        if self._failure is not None:
            raise self._failure
        self._said.append({"how": "response", "content": content, **options})


class Call:
    """An interaction that writes down how it was answered."""

    def __init__(
        self,
        *,
        is_done: bool = False,
        kind: discord.InteractionType = discord.InteractionType.application_command,
        failure: Exception | None = None,
    ) -> None:
        self.said: list[dict[str, Any]] = []
        self.type = kind
        self.response = Response(self.said, is_done=is_done, failure=failure)
        self.followup = SimpleNamespace(send=self._follow_up)
        self.command = None
        self.guild_id = 1
        self.user = SimpleNamespace(id=2)

    async def edit_original_response(self, *, content: str | None, **options: Any) -> None:
        self.said.append({"how": "edit", "content": content, **options})

    async def _follow_up(self, content: str, **options: Any) -> None:
        self.said.append({"how": "followup", "content": content, **options})


def _as_interaction(call: Call) -> discord.Interaction:
    return cast(discord.Interaction, call)


def _http_error(kind: type[discord.HTTPException], status: int, code: int = 0) -> discord.HTTPException:
    response = cast(Any, SimpleNamespace(status=status, reason="because"))
    return kind(response, {"code": code, "message": "Unknown thing"})


def _invoked(error: Exception) -> app_commands.CommandInvokeError:
    command = cast(Any, SimpleNamespace(name="watch"))
    return app_commands.CommandInvokeError(command, error)


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (InvalidLinkError("Copy the link."), "Copy the link."),
        (MembersIncompleteError(1), "Try again in half a minute"),
        (TransientDiscordError("Discord answered with status 503."), "status 503. Try again in a minute"),
        (BlockedError("Discord refused: Missing Access."), "Check my permissions"),
        (GoneError("Discord does not know it: Unknown Message."), "deleted"),
        (StorageError("disk full"), "nothing was changed"),
        (app_commands.NoPrivateMessage(), "server only"),
        (app_commands.CheckFailure(), "may not use"),
        (app_commands.CommandNotFound("old", []), "Reload Discord"),
    ],
)
def test_foreseen_error_has_a_sentence_that_says_what_to_do(error: Exception, part: str) -> None:
    assert part in str(explain(error))


@pytest.mark.parametrize("error", [KeyError("x"), DiscordError("Discord refused the request: Invalid Form Body.")])
def test_unforeseen_error_has_none(error: Exception) -> None:
    assert explain(error) is None


async def test_user_error_inside_a_command_is_shown_to_the_caller_only() -> None:
    call = Call()
    await answer_error(_as_interaction(call), _invoked(InvalidLinkError("Copy the link.")))
    (said,) = call.said
    assert said["content"] == "Copy the link."
    assert said["ephemeral"] is True
    assert said["allowed_mentions"].to_dict() == discord.AllowedMentions.none().to_dict()


async def test_error_after_deferring_replaces_what_is_shown() -> None:
    call = Call(is_done=True)
    await answer_error(_as_interaction(call), _invoked(InvalidLinkError("Copy the link.")))
    assert [said["how"] for said in call.said] == ["edit"]


async def test_error_after_a_click_comes_beside_what_is_shown() -> None:
    call = Call(is_done=True, kind=discord.InteractionType.component)
    await answer_error(_as_interaction(call), InvalidLinkError("Copy the link."))
    assert [(said["how"], said["ephemeral"]) for said in call.said] == [("followup", True)]


async def test_raw_discord_error_is_translated() -> None:
    call = Call()
    await answer_error(_as_interaction(call), _invoked(_http_error(discord.Forbidden, 403, 50001)))
    assert "Check my permissions" in call.said[0]["content"]


@pytest.mark.parametrize("error", [ValueError("secret detail"), StorageError("disk full")])
async def test_operator_finds_the_reference_a_person_was_shown(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    call = Call()
    with caplog.at_level(logging.ERROR):
        await answer_error(_as_interaction(call), _invoked(error))
    (record,) = caplog.records
    content = call.said[0]["content"]
    assert record.exc_info is not None and record.exc_info[1] is error
    assert content.split("`")[1] in record.getMessage()
    assert str(error) not in content


async def test_expired_interaction_is_not_answered_again(caplog: pytest.LogCaptureFixture) -> None:
    call = Call()
    await answer_error(_as_interaction(call), _invoked(_http_error(discord.NotFound, 404, 10062)))
    assert call.said == []
    assert "could not be answered" in caplog.text


@pytest.mark.parametrize("failure", [_http_error(discord.NotFound, 404, 10062), OSError("network")])
async def test_answering_an_error_raises_nothing_itself(failure: Exception) -> None:
    await answer_error(_as_interaction(Call(failure=failure)), InvalidLinkError("Copy the link."))


async def test_answer_longer_than_a_message_is_cut() -> None:
    call = Call()
    await answer(_as_interaction(call), "x" * 3000)
    assert len(call.said[0]["content"]) == 2000
