"""Every table there is; a family of tables with a file of its own joins here."""

from models.audit_models import AuditLog
from models.database_models import (
    BaseModel,
    BotState,
    Event,
    Guild,
    Reaction,
    ReminderLog,
    ReminderRecipient,
    User,
)
from models.forgotten_people import ForgottenPerson
from models.import_models import ImportedEvent, UnresolvedEvent

MODELS: tuple[type[BaseModel], ...] = (
    Guild,
    User,
    Event,
    Reaction,
    ReminderLog,
    ReminderRecipient,
    BotState,
    AuditLog,
    ForgottenPerson,
    ImportedEvent,
    UnresolvedEvent,
)
"""Every table, parents before children."""
