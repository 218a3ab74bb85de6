"""Every table there is; a family of tables with a file of its own joins here."""

from models.audit_models import AuditLog
from models.bot_state_model import BotState
from models.database_models import BaseModel, Event, Guild, Reaction, ReminderLog, ReminderRecipient, User
from models.forgotten_people import ForgottenPerson
from models.import_models import ImportedEvent, UnresolvedEvent
from models.member_models import Escalation, EventOptOut, GatheredMessage, HeldReminder, Member
from models.plan_models import PlanEntry

MODELS: tuple[type[BaseModel], ...] = (
    Guild,
    User,
    Event,
    Reaction,
    ReminderLog,
    ReminderRecipient,
    PlanEntry,
    Member,
    EventOptOut,
    GatheredMessage,
    HeldReminder,
    Escalation,
    BotState,
    AuditLog,
    ForgottenPerson,
    ImportedEvent,
    UnresolvedEvent,
)
"""Every table, parents before children."""
