"""One database, one bot: on another bot's file every event would look deleted."""

from collections.abc import Awaitable, Callable

from utils.errors import ConfigurationError

KEY = "application_id"

Load = Callable[[str], Awaitable[str | None]]
Save = Callable[[str, str], Awaitable[None]]


async def claim_database(application_id: int, load: Load, save: Save) -> None:
    """Note in a new database which application it belongs to, and refuse one that belongs to another.

    Raises:
        ConfigurationError: it is another application's.
        StorageError: it could not be read or written.
    """
    owner = await load(KEY)
    if owner is None:
        await save(KEY, str(application_id))
    elif owner != str(application_id):
        raise ConfigurationError(
            [
                f"DATABASE_PATH is the database of another bot (application {owner}, not {application_id} as this "
                "token's): set it to another file, or use that bot's token."
            ]
        )
