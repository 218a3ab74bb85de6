"""What the bot remembers about itself."""

from peewee import CharField, TextField

from models.database_models import BaseModel


class BotState(BaseModel):
    """What the bot remembers about itself, such as the hash of the commands it last synced."""

    key = CharField(max_length=64, primary_key=True)
    value = TextField()

    class Meta:
        """The table."""

        table_name = "bot_state"
