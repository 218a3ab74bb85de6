"""Every table there is; a family of tables with a file of its own joins here."""

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
from models.import_models import ImportedEvent, UnresolvedEvent

MODELS: tuple[type[BaseModel], ...] = (
    Guild,
    User,
    Event,
    Reaction,
    ReminderLog,
    ReminderRecipient,
    BotState,
    ImportedEvent,
    UnresolvedEvent,
)
"""Every table, parents before children."""
