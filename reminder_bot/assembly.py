"""The reminder core, put together: everything behind `EventManager`, with Discord only at its seams."""

from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.answer_watch import AnswerWatch
from reminder_bot.attention import Attention
from reminder_bot.catch_up import CatchUp
from reminder_bot.delivery_seams import Audience, Liveness, Remover, Sender
from reminder_bot.event_answers import EventAnswers
from reminder_bot.event_index import EventIndex
from reminder_bot.event_lifecycle import EventLifecycle
from reminder_bot.event_manager import EventManager
from reminder_bot.event_planning import EventPlanning
from reminder_bot.guild_finder import GuildFinder
from reminder_bot.ledger import Ledger
from reminder_bot.missing_people import MissingPeople
from reminder_bot.notices import Notices
from reminder_bot.pace import Pace
from reminder_bot.places import Places
from reminder_bot.plan_delivery import PlanDelivery
from reminder_bot.reaction_source import ReactionSource
from reminder_bot.reaction_sync import ReactionSync
from reminder_bot.reminder_delivery import ReminderDelivery
from reminder_bot.reminder_pump import ReminderPump
from reminder_bot.restoration import Restoration
from reminder_bot.session import GatewaySession
from reminder_bot.sweeper import Sweeper
from reminder_bot.unresolved_events import UnresolvedEvents
from utils.time import PacedClock


def build_manager(
    *,
    clock: PacedClock,
    writer: DatabaseWriter,
    reader: DatabaseReader,
    audience: Audience,
    sender: Sender,
    places: Places,
    remover: Remover,
    liveness: Liveness,
    source: ReactionSource,
    notices: Notices,
    finder: GuildFinder,
    budget: Pace,
) -> EventManager:
    """Return an event manager on started threads; nothing runs before its `start`."""
    session, index, ledger, answers = GatewaySession(), EventIndex(), Ledger(), AnswerWatch()
    sync = ReactionSync(clock=clock, writer=writer, source=source, answers=answers)
    lifecycle = EventLifecycle(
        clock=clock, writer=writer, index=index, session=session, source=source, notices=notices, ledger=ledger
    )
    delivery = ReminderDelivery(
        clock=clock, writer=writer, reader=reader, answers=answers, sender=sender, liveness=liveness, session=session,
        missing=MissingPeople(audience, reader), places=places, incidents=lifecycle, ledger=ledger, budget=budget,
    )  # fmt: skip
    pump, attention, planning = _moving(clock, writer, reader, session, index, delivery, remover)
    restoration = Restoration(
        clock=clock, reader=reader, sync=sync, attention=attention, lifecycle=lifecycle, session=session,
        ledger=ledger, on_restored=pump.wake,
    )  # fmt: skip
    changing = EventAnswers(clock=clock, writer=writer, index=index, session=session, restoration=restoration)
    catch_up = CatchUp(
        unresolved=UnresolvedEvents(clock=clock, writer=writer, reader=reader, index=index, finder=finder),
        reader=reader, session=session, index=index, restoration=restoration, attention=attention, pump=pump,
        ledger=ledger, notices=notices,
    )  # fmt: skip
    return EventManager(
        clock=clock, writer=writer, reader=reader, session=session, index=index, lifecycle=lifecycle, ledger=ledger,
        planning=planning, delivery=delivery, pump=pump, attention=attention, sync=sync, restoration=restoration,
        catch_up=catch_up, answers=changing,
    )  # fmt: skip


def _moving(
    clock: PacedClock,
    writer: DatabaseWriter,
    reader: DatabaseReader,
    session: GatewaySession,
    index: EventIndex,
    delivery: ReminderDelivery,
    remover: Remover,
) -> tuple[ReminderPump, Attention, EventPlanning]:
    """Return what moves events on: the pump, and what wakes it when answers, audience or times have changed."""
    sweeper = Sweeper(clock=clock, writer=writer, reader=reader, remover=remover, session=session)
    pump = ReminderPump(clock=clock, reader=reader, delivery=delivery, session=session, sweeper=sweeper)
    wake = pump.wake
    plan = PlanDelivery(clock=clock, writer=writer, index=index, delivery=delivery, settle=pump.settle)
    attention = Attention(clock=clock, writer=writer, reader=reader, delivery=delivery, session=session, on_change=wake)
    pump.plan, pump.on_end = plan, attention.marker(index)
    planning = EventPlanning(
        clock=clock, writer=writer, reader=reader, index=index, attention=attention, plan=plan, on_change=wake
    )
    return pump, attention, planning
