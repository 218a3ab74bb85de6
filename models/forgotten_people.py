"""Who asked to be forgotten: nothing that leads back to them, only what recognises them when they turn up again."""

from peewee import CharField

from models.database_models import BaseModel


class ForgottenPerson(BaseModel):
    """One person, as a keyed hash of their id; ``key`` is the random key that it was made with, in hexadecimal.

    The key stands in each row, and not once in ``bot_state``, because lists of two files may have to be merged: a new
    file that already forgot somebody, and an old backup that is restored over it.
    """

    digest = CharField(max_length=64, primary_key=True)
    key = CharField(max_length=64)

    class Meta:
        """The table."""

        table_name = "forgotten_person"
        without_rowid = True
