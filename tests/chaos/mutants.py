"""python -m tests.chaos.mutants NAME: the bot with one rule of delivery broken, to show that the oracle sees it.

Each mutant patches one place before the bot's own command line runs. A place that is not there any more ends the
process with its own exit code, so that a mutant that has died of old age is not taken for one that was caught.
"""

import contextlib
import itertools
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

GONE_CODE = 97
"""The exit code of a mutant whose place is gone."""


def swap(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put in place of an attribute what ``make`` makes of it."""
    if not hasattr(owner, name):
        sys.stderr.write(f"mutant: {owner.__name__} has no {name} any more\n")
        sys.exit(GONE_CODE)
    setattr(owner, name, make(getattr(owner, name)))


def no_second_look() -> None:
    """Send again without looking for an earlier message, and without a nonce."""
    from discord.abc import Messageable

    from reminder_bot.reminder_sender import DiscordSender

    async def find(*_arguments: Any) -> None:
        return None

    def without_nonce(send: Any) -> Any:
        async def bare(self: Any, *arguments: Any, nonce: Any = None, **options: Any) -> Any:
            return await send(self, *arguments, **options)

        return bare

    swap(DiscordSender, "find", lambda _: find)
    swap(Messageable, "send", without_nonce)


def no_narrowing() -> None:
    """Ping whoever was claimed, whatever has been answered since."""
    from persistence import reminder_log
    from reminder_bot import reminder_policy

    swap(reminder_policy, "still_missing", lambda _: lambda recipients, _missing: tuple(recipients))
    swap(reminder_log, "answered_among", lambda _: lambda _guild_id, _event_id, _user_ids: frozenset())


def claim_in_memory() -> None:
    """Keep claims in memory, and write none of them down."""
    from models.database_models import database_proxy
    from persistence import events, reactions, reminder_log
    from persistence.pending_batches import PendingBatch

    store_claim, store_attempt, store_end = reminder_log.claim, reminder_log.begin_attempt, reminder_log.complete
    stored_pending, stored_batch = reminder_log.pending_of, reminder_log.pending_batch
    held: dict[int, Any] = {}
    numbers = itertools.count(10**12)

    def claim(guild_id: int, event_id: int, scheduled_at: Any, batches: Any, now: Any, **options: Any) -> Any:
        with database_proxy.savepoint() as savepoint:
            claims = store_claim(guild_id, event_id, scheduled_at, batches, now, **options)
            savepoint.rollback()
        renamed = [replace(item, log_id=next(numbers)) for item in claims]
        held.update({item.log_id: item for item in renamed})
        return renamed

    def pending_of(guild_id: int, event_id: int) -> Any:
        return stored_pending(guild_id, event_id) or [item for item in held.values() if item.event_id == event_id]

    def pending_batch(guild_id: int, log_id: int) -> Any:
        fake = held.get(log_id)
        if fake is None:
            return stored_batch(guild_id, log_id)
        event = events.get_event(guild_id, fake.event_id)
        return None if event is None else PendingBatch(fake, event, is_last=True, last_sent_at=None)

    def begin_attempt(guild_id: int, log_id: int, *arguments: Any, **options: Any) -> Any:
        fake = held.get(log_id)
        if fake is None:
            return store_attempt(guild_id, log_id, *arguments, **options)
        answered = reactions.answered_user_ids(guild_id, fake.event_id)
        left = tuple(user_id for user_id in fake.recipients if user_id in arguments[0] and user_id not in answered)
        held[log_id] = replace(fake, recipients=left, attempt=fake.attempt + 1)
        return held[log_id] if left else None

    def complete(guild_id: int, log_id: int, *arguments: Any) -> Any:
        fake = held.get(log_id)
        if fake is None:
            return store_end(guild_id, log_id, *arguments)
        for item in [item for item in held.values() if item.event_id == fake.event_id]:
            del held[item.log_id]
        return None

    swap(reminder_log, "claim", lambda _: claim)
    swap(reminder_log, "pending_of", lambda _: pending_of)
    swap(reminder_log, "pending_batch", lambda _: pending_batch)
    swap(reminder_log, "begin_attempt", lambda _: begin_attempt)
    swap(reminder_log, "complete", lambda _: complete)


def send_offline() -> None:
    """Send whatever the gateway is doing, reconciled or not."""
    from reminder_bot.liveness import GatewayLiveness
    from reminder_bot.session import GatewaySession

    async def at_once(_self: Any, _id: int) -> None:
        return None

    swap(GatewaySession, "can_send", lambda _: lambda _self, _event_id: True)
    swap(GatewaySession, "wait_until", lambda _: at_once)
    swap(GatewayLiveness, "prove", lambda _: at_once)
    swap(GatewayLiveness, "is_recent", lambda _: True)


def no_journal() -> None:
    """Let what was read in a reconciliation win over what arrived meanwhile."""
    from persistence import reactions

    def without(reconcile: Any) -> Any:
        return lambda guild_id, message_id, held, _journal, now: reconcile(guild_id, message_id, held, (), now)

    swap(reactions, "reconcile", without)


def no_reconciliation() -> None:
    """Take every event for reconciled without reading it."""
    from models.records import ReconciliationResult
    from reminder_bot.reaction_sync import ReactionSync

    async def nothing(*_arguments: Any, **_options: Any) -> ReconciliationResult:
        return ReconciliationResult(0, 0, 0)

    swap(ReactionSync, "reconcile", lambda _: nothing)


def failure_is_success() -> None:
    """Call a message sent that Discord refused."""
    from reminder_bot.reminder_sender import DiscordSender, Posted
    from utils.errors import DiscordError

    def optimistic(post: Any) -> Any:
        async def pretend(self: Any, event: Any, claim: Any, *arguments: Any, **options: Any) -> Any:
            try:
                return await post(self, event, claim, *arguments, **options)
            except DiscordError:
                return Posted(time.time_ns(), frozenset(claim.recipients))

        return pretend

    swap(DiscordSender, "post", optimistic)


def no_settling() -> None:
    """Forget at a start what was being sent."""
    from persistence import reminder_log

    swap(reminder_log, "list_pending", lambda _: list)


def ignore_permissions() -> None:
    """Ask everybody, whether they can see the channel or not."""
    from reminder_bot import audience

    swap(audience, "can_open", lambda _: lambda _channel, _permissions: True)


def incomplete_members() -> None:
    """Take the members known so far for all there are."""
    from reminder_bot.member_roster import MemberRoster

    swap(MemberRoster, "is_complete", lambda _: lambda _self, _guild: True)


def ask_bots() -> None:
    """Ask bots as well."""
    from reminder_bot import audience
    from utils.checks import can_read_messages

    def with_bots(who_is_asked: Any) -> Any:
        async def everybody(place: Any, members: Any) -> Any:
            known = list(members)
            machines = {member.id for member in known if member.bot and can_read_messages(place.channel, member)}
            return (await who_is_asked(place, known)) | (machines - {place.guild.me.id})

        return everybody

    swap(audience, "_who_is_asked", with_bots)


def deaf() -> None:
    """Store no answer that comes in while the bot runs."""
    from reminder_bot.reaction_sync import ReactionSync

    swap(ReactionSync, "take", lambda _: lambda _self, _signal, _tell: None)


def never_rearmed() -> None:
    """Stay quiet when somebody withdraws."""
    from persistence import events

    swap(events, "arm_if_quiet", lambda _: lambda *_arguments: None)


def blocked_for_ever() -> None:
    """Stay blocked when the permission is back."""
    from reminder_bot.event_lifecycle import EventLifecycle

    async def stay(_self: Any, event: Any) -> Any:
        return event

    swap(EventLifecycle, "unblock", lambda _: stay)


MUTANTS: dict[str, Callable[[], None]] = {
    mutant.__name__: mutant
    for mutant in (
        no_second_look, no_narrowing, claim_in_memory, send_offline, no_journal, no_reconciliation, failure_is_success,
        no_settling, ignore_permissions, incomplete_members, ask_bots, deaf, never_rearmed, blocked_for_ever,
    )
}  # fmt: skip


@contextlib.contextmanager
def bot_arguments() -> Iterator[None]:
    """Let the bot's command line read ``run`` instead of this module's arguments."""
    kept, sys.argv = sys.argv, ["reminder_bot", "run"]
    try:
        yield
    finally:
        sys.argv = kept


if __name__ == "__main__":
    MUTANTS[sys.argv[1]]()
    from reminder_bot.cli import main

    with bot_arguments():
        main()
