"""Who asked to be forgotten: their rows go, and they are neither stored nor asked again until they ask for it.

What stays is a keyed hash of each id. Whoever has the file can test a given id against it, but cannot read one out.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b

from peewee import SQL, Expression, Field, Select

from models.audit_models import AuditLog
from models.database_models import Event, Guild, Reaction, ReminderRecipient, User
from models.event_options import EventOptions
from models.forgotten_people import ForgottenPerson
from models.import_models import UnresolvedEvent
from models.import_records import ImportedEntry, entry_from_dict
from models.member_models import Escalation, EventOptOut, GatheredMessage, HeldReminder, Member
from persistence.named_people import (
    leave_out,
    leave_out_of_settings,
    named_people,
    without_people,
)
from persistence.statements import Statement, rows_of, value_list

_KEY_BYTES = 32

OWNED: tuple["Field[int]", ...] = (
    Reaction.user_id, ReminderRecipient.user_id, User.user_id, Member.user_id, EventOptOut.user_id,
    HeldReminder.user_id, GatheredMessage.user_id, Escalation.user_id,
)  # fmt: skip
"""Whose id in these columns it is, theirs is the row: it goes with them."""

MENTIONED: tuple["Field[int]", ...] = (Event.created_by, AuditLog.actor_id)
"""Columns that name a person in a row that is not theirs: the name goes, the row stays.

Rows of the same tables may name people in an event's audience: see `persistence.named_people`.
"""


@dataclass(frozen=True, slots=True)
class ForgottenPeople:
    """Everybody who is forgotten: digests by the key, in hexadecimal, that they were made with."""

    digests: Mapping[str, frozenset[str]]

    def __bool__(self) -> bool:
        return bool(self.digests)

    def hold(self, user_id: int) -> bool:
        """Whether this person is among them; a microsecond or two."""
        return any(digest_of(user_id, key) in digests for key, digests in self.digests.items())

    def merged(self, other: "ForgottenPeople") -> "ForgottenPeople":
        """Return those of both."""
        keys = self.digests.keys() | other.digests.keys()
        nobody: frozenset[str] = frozenset()
        return ForgottenPeople({key: self.digests.get(key, nobody) | other.digests.get(key, nobody) for key in keys})


def digest_of(user_id: int, key: str) -> str:
    """Return the keyed hash of an id: 64 hexadecimal digits; ``key`` is in hexadecimal too."""
    return blake2b(str(user_id).encode(), key=bytes.fromhex(key), digest_size=32).hexdigest()


def forgotten_people() -> ForgottenPeople:
    """Return everybody who is forgotten."""
    return people_of(_select_all().rows())


def people_of(rows: Iterable[tuple[str, str]]) -> ForgottenPeople:
    """Return the people of some rows: each a key and a digest."""
    found: dict[str, set[str]] = {}
    for key, digest in rows:
        found.setdefault(key, set()).add(digest)
    return ForgottenPeople({key: frozenset(digests) for key, digests in found.items()})


def is_forgotten(user_id: int) -> bool:
    """Whether this person is forgotten. Where nobody is, that is one look at an empty table."""
    return not not_forgotten([user_id])


def not_forgotten(user_ids: Iterable[int]) -> list[int]:
    """Return those who are not forgotten, in the same order."""
    asked_for = list(user_ids)
    for (key,) in _select_keys().rows():
        known_as = {digest_of(user_id, key): user_id for user_id in asked_for}
        found = {known_as[digest] for (digest,) in _select_among().rows(digests=known_as)}
        asked_for = [user_id for user_id in asked_for if user_id not in found]
    return asked_for


def remembered(options: EventOptions) -> EventOptions:
    """Return the options of an event as they may be stored: whoever is forgotten is not named in them."""
    people = options.audience.people
    if not people:
        return options
    return without_people(options, people.difference(not_forgotten(people)))


def forget(user_id: int, now: datetime) -> dict[str, int]:
    """Remove all that is stored of a person, and keep their hash; return the number of rows touched by table.

    Every table that could hold something of theirs is named, with 0 too. Forgetting somebody again removes what has
    come back by other ways.
    """
    removed = remove_people(frozenset({user_id}), now)
    if not is_forgotten(user_id):
        keys = _select_keys().rows()
        key = keys[0][0] if keys else secrets.token_hex(_KEY_BYTES)
        ForgottenPerson.insert(digest=digest_of(user_id, key), key=key, created_at=now, updated_at=now).execute()
    return removed


def take_in_again(user_id: int) -> bool:
    """Drop a person's hash, as they asked for; what was removed stays removed. False when they were not forgotten."""
    digests = [digest_of(user_id, key) for (key,) in _select_keys().rows()]
    return int(ForgottenPerson.delete().where(ForgottenPerson.digest.in_(digests)).execute()) > 0


def merge_forgotten(people: ForgottenPeople, now: datetime) -> dict[str, int]:
    """Add people to those who are forgotten, and remove all that is stored of any; return rows touched by table."""
    rows = [
        {"digest": digest, "key": key, "created_at": now, "updated_at": now}
        for key, digests in people.digests.items()
        for digest in sorted(digests)
    ]
    for row in rows:
        ForgottenPerson.insert(**row).on_conflict(action="IGNORE").execute()
    everybody = forgotten_people()
    return remove_people(frozenset(filter(everybody.hold, _stored_ids())), now)


def remove_people(user_ids: frozenset[int], now: datetime) -> dict[str, int]:
    """Remove all that is stored of some people; return the number of rows touched by table."""
    removed = {field.model._meta.table_name: 0 for field in OWNED}
    for field in OWNED:
        removed[field.model._meta.table_name] += sum(
            int(field.model.delete().where(_is(field, user_id)).execute()) for user_id in user_ids
        )
    for field, touched in zip(MENTIONED, leave_out(user_ids, now), strict=True):
        for user_id in user_ids:
            touched |= _unnamed(field, user_id, now)
        removed[field.model._meta.table_name] = len(touched)
    removed[Guild._meta.table_name] = leave_out_of_settings(user_ids, now)
    removed[UnresolvedEvent._meta.table_name] = _leave_out_of_waiting(user_ids, now)
    return removed


def _unnamed(field: "Field[int]", user_id: int, now: datetime) -> set[int]:
    """Take a person out of a column; return the keys of the rows that named them."""
    (key,) = field.model._meta.get_primary_keys()
    found = {row[0] for row in rows_of(field.model.select(key).where(_is(field, user_id)))}
    if found:
        field.model.update({field: None, field.model.updated_at: now}).where(_is(field, user_id)).execute()
    return found


def _leave_out_of_waiting(user_ids: frozenset[int], now: datetime) -> int:
    """Take people out of the imported events that wait for their guild; return of how many."""
    touched = 0
    for entry in _waiting():
        if user_ids.isdisjoint((*entry.answered, *entry.asked)):
            continue
        changes = {"entry": entry.without(user_ids.__contains__).to_dict(), "updated_at": now}
        touched += int(UnresolvedEvent.update(changes).where(UnresolvedEvent.message_id == entry.message_id).execute())
    return touched


def _waiting() -> list[ImportedEntry]:
    return [entry_from_dict(data) for (data,) in rows_of(UnresolvedEvent.select(UnresolvedEvent.entry))]


def _is(field: "Field[int]", user_id: int) -> Expression:
    found: Expression = field == user_id
    return found


def _stored_ids() -> set[int]:
    named = {user_id for entry in _waiting() for user_id in (*entry.answered, *entry.asked)} | named_people()
    return named | {
        row[0]
        for field in (*OWNED, *MENTIONED)
        for row in field.model.select(field).where(field.is_null(is_null=False)).distinct().tuples()
    }


@cache
def _select_all() -> Statement:
    return Statement(ForgottenPerson.select(ForgottenPerson.key, ForgottenPerson.digest))


@cache
def _select_keys() -> Statement:
    return Statement(ForgottenPerson.select(ForgottenPerson.key).distinct())


@cache
def _select_among() -> Statement:
    wanted = Select([value_list(ForgottenPerson.digest, "digests")], [SQL("value")])
    return Statement(ForgottenPerson.select(ForgottenPerson.digest).where(ForgottenPerson.digest.in_(wanted)))
