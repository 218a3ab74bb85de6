"""The reminder core, put together: everything behind `EventManager`, with Discord only at its seams."""

from dataclasses import dataclass

from persistence.reader import DatabaseReader
from persistence.writer import DatabaseWriter
from reminder_bot.answer_watch import AnswerWatch
from reminder_bot.attention import Attention
from reminder_bot.catch_up import CatchUp
from reminder_bot.choice_changes import ChoiceChanges
from reminder_bot.delivery_seams import Audience, GatheredSender, Liveness, Remover, Sender
from reminder_bot.direct_pace import DirectPace
from reminder_bot.event_answers import EventAnswers
from reminder_bot.event_index import EventIndex
from reminder_bot.event_lifecycle import EventLifecycle
from reminder_bot.event_manager import EventManager
from reminder_bot.event_planning import EventPlanning
from reminder_bot.gathered_delivery import GatheredDelivery
from reminder_bot.gathered_endings import GatheredEndings
from reminder_bot.gathered_pump import GatheredPump
from reminder_bot.gathering import Gathering
from reminder_bot.guild_finder import GuildFinder
from reminder_bot.guild_language import ChosenSettings
from reminder_bot.held_verdicts import HeldVerdicts
from reminder_bot.ledger import Ledger
from reminder_bot.missing_people import MissingPeople
from reminder_bot.notices import Notices
from reminder_bot.pace import RequestBudget
from reminder_bot.person_sorter import MemberChoicesBook, PersonSorter
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


@dataclass(frozen=True, slots=True)
class Seams:
    """Where the core meets Discord: one of each."""

    audience: Audience
    sender: Sender
    places: Places
    remover: Remover
    liveness: Liveness
    source: ReactionSource
    notices: Notices
    finder: GuildFinder
    gathered: GatheredSender
    members: MemberChoicesBook
    chosen: ChosenSettings


def build_manager(
    *,
    clock: PacedClock,
    writer: DatabaseWriter,
    reader: DatabaseReader,
    seams: Seams,
    sorter: PersonSorter,
    budget: RequestBudget,
) -> EventManager:
    """Return an event manager on started threads; nothing runs before its `start`."""
    session, index, ledger, answers = GatewaySession(), EventIndex(), Ledger(), AnswerWatch()
    sync = ReactionSync(clock=clock, writer=writer, source=seams.source, answers=answers)
    lifecycle = EventLifecycle(
        clock=clock, writer=writer, index=index, session=session, source=seams.source, notices=seams.notices,
        ledger=ledger,
    )  # fmt: skip
    delivery = ReminderDelivery(
        clock=clock, writer=writer, reader=reader, answers=answers, sender=seams.sender, liveness=seams.liveness,
        session=session, missing=MissingPeople(seams.audience, reader), places=seams.places, sorter=sorter,
        incidents=lifecycle, ledger=ledger, budget=budget,
    )  # fmt: skip
    sweeper = Sweeper(clock=clock, writer=writer, reader=reader, remover=seams.remover, session=session)
    pump = ReminderPump(clock=clock, reader=reader, delivery=delivery, session=session, sweeper=sweeper)
    pump.gather_with(_gathered(clock, writer, reader, seams, session, answers, lifecycle, ledger, delivery, budget))
    attention, planning = _planning(clock, writer, reader, session, index, delivery, pump)
    restoration = Restoration(
        clock=clock, reader=reader, index=index, sync=sync, attention=attention, lifecycle=lifecycle, session=session,
        ledger=ledger, on_restored=pump.wake,
    )  # fmt: skip
    catch_up = CatchUp(
        unresolved=UnresolvedEvents(clock=clock, writer=writer, reader=reader, index=index, finder=seams.finder),
        reader=reader, session=session, index=index, restoration=restoration, attention=attention, pump=pump,
        ledger=ledger, notices=seams.notices,
    )  # fmt: skip
    return EventManager(
        clock=clock, writer=writer, reader=reader, session=session, index=index, lifecycle=lifecycle, ledger=ledger,
        planning=planning, delivery=delivery, pump=pump, attention=attention, sync=sync, restoration=restoration,
        answers=EventAnswers(clock=clock, writer=writer, index=index, session=session, restoration=restoration),
        catch_up=catch_up, choices=ChoiceChanges(index=index, attention=attention, answers=answers),
    )  # fmt: skip


def _gathered(
    clock: PacedClock,
    writer: DatabaseWriter,
    reader: DatabaseReader,
    seams: Seams,
    session: GatewaySession,
    answers: AnswerWatch,
    lifecycle: EventLifecycle,
    ledger: Ledger,
    delivery: ReminderDelivery,
    budget: RequestBudget,
) -> GatheredPump:
    """Return what delivers held reminders; it shares the turns in each channel with events' own deliveries."""
    verdicts = HeldVerdicts(
        reader=reader, missing=delivery.missing, choices=seams.members, chosen=seams.chosen, session=session
    )
    gathering = Gathering(
        clock=clock, writer=writer, verdicts=verdicts, places=seams.places, chosen=seams.chosen, incidents=lifecycle
    )
    gathered = GatheredDelivery(
        clock=clock, writer=writer, reader=reader, verdicts=verdicts, places=seams.places, chosen=seams.chosen,
        sender=seams.gathered, liveness=seams.liveness, answers=answers, session=session, ledger=ledger,
        endings=GatheredEndings(clock=clock, writer=writer, ledger=ledger, incidents=lifecycle),
        lanes=delivery.lanes, budget=budget, direct_pace=DirectPace(),
    )  # fmt: skip
    return GatheredPump(reader=reader, gathering=gathering, verdicts=verdicts, delivery=gathered)


def _planning(
    clock: PacedClock,
    writer: DatabaseWriter,
    reader: DatabaseReader,
    session: GatewaySession,
    index: EventIndex,
    delivery: ReminderDelivery,
    pump: ReminderPump,
) -> tuple[Attention, EventPlanning]:
    """Return what wakes the pump when answers, audience or times have changed; it gets what does their plans."""
    wake = pump.wake
    plan = PlanDelivery(clock=clock, writer=writer, index=index, delivery=delivery, settle=pump.settle)
    attention = Attention(clock=clock, writer=writer, reader=reader, delivery=delivery, session=session, on_change=wake)
    pump.plan, pump.on_end = plan, attention.marker(index)
    planning = EventPlanning(
        clock=clock, writer=writer, reader=reader, index=index, attention=attention, plan=plan, on_change=wake
    )
    return attention, planning
