"""An ``audience`` option: roles and members, mentioned or by name, and those who are left out."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

import discord

from models.event_options import AudienceRule
from utils.errors import UserError
from utils.folding import folded
from utils.formatting import escape_text, one_line
from utils.i18n import _

MOST_NAMED = 30
"""How many roles and members one event may name: their mentions fit into a field of an embed."""

SLICE_MEMBERS = 250
"""How many members' names are compared before other work has its turn: two milliseconds."""

NAME_LIMIT = 40
LONGEST_NAME = 8
"""In words. Discord's names have up to 100 letters; nobody types more of them without a mention."""

# In every language, whatever the reader's: what is typed is not always in the language of one's Discord.
_EVERYBODY = ("everyone", "everybody", "all", "anyone", "tout le monde", "tous", "toutes", "chacun")
_LEAVING_OUT = (
    "except for",
    "except",
    "but not",
    "without",
    "excluding",
    "sauf",
    "sans",
    "hormis",
    "excepte",
    "mais pas",
)
_JOINING = ("and", "or", "et", "ou", "plus", "also", "aussi", "&", "+", "the", "les", "role", "roles")

_MENTION = re.compile(r"<@(?P<role>&)?!?(?P<id>[0-9]{15,20})>")
_PART = re.compile(
    r"(?P<mention><@[&!]?[0-9]{15,20}>)"
    r"|(?P<minus>(?<![^\s,;(])[-\u2212\u2013\u2014](?=\s*<@|\s*@|[^\s,;\-]))"
    r"|(?P<cut>[,;:\n()]+)"
    r"|(?P<word>(?:(?!<@[&!]?[0-9])[^\s,;:()])+)"
)


_Askable = discord.Role | discord.Member


class _Kind(Enum):
    MENTION = auto()
    MINUS = auto()
    CUT = auto()
    WORD = auto()


@dataclass(slots=True)
class _Named:
    """What was named so far, and whether what follows is left out."""

    is_everybody: bool = False
    roles: set[int] = field(default_factory=set)
    members: set[int] = field(default_factory=set)
    excluded_roles: set[int] = field(default_factory=set)
    excluded_members: set[int] = field(default_factory=set)
    leaves_out: bool = False
    leaves_out_next: bool = False

    def add(self, found: _Askable) -> None:
        out = self.leaves_out or self.leaves_out_next
        self.leaves_out_next = False
        if isinstance(found, discord.Role):
            (self.excluded_roles if out else self.roles).add(found.id)
        else:
            (self.excluded_members if out else self.members).add(found.id)

    def add_everybody(self) -> None:
        if self.leaves_out or self.leaves_out_next:
            raise UserError(_("Everybody cannot be left out. Name the roles and members who are not to be asked."))
        self.is_everybody = True


async def read_audience(text: str, guild: discord.Guild) -> AudienceRule:
    """Read whom an event asks, as in ``@Raiders @Anna -@Bench``, ``Raiders except Bench`` or ``everyone``.

    Names are looked up when they are not mentioned, in slices that leave the event loop to others in between.

    Raises:
        UserError: something is no role and no member, or stands for several, or for nobody that can be asked.
    """
    parts = [(_Kind[str(part.lastgroup).upper()], part.group()) for part in _PART.finditer(text)]
    known = await _known_names(guild, _phrases(parts))
    named, at = _Named(), 0
    while at < len(parts):
        kind, written = parts[at]
        if kind is _Kind.MENTION:
            _take(named, _mentioned(written, guild), guild)
        elif kind is _Kind.MINUS:
            named.leaves_out_next = True
        elif kind is _Kind.WORD:
            at = _read_words(parts, at, known, named, guild)
            continue
        at += 1
    return _rule(named)


def _read_words(
    parts: Sequence[tuple[_Kind, str]],
    at: int,
    known: dict[str, list[_Askable]],
    named: _Named,
    guild: discord.Guild,
) -> int:
    """Take the longest name or word of the language that begins here; return where it ends."""
    for end, written, phrase in reversed(list(_phrases_at(parts, at))):
        # Somebody may call themselves “except”: a word of the language is one, unless it is written as a mention is.
        if not written.startswith("@") and _read_keyword(phrase, named):
            return end
        if found := known.get(phrase):
            _take(named, _only_one(phrase, found), guild)
            return end
    raise UserError(
        _(
            "There is no role and no member “{name}”. Mention roles and members with @, as in `@Raiders -@Bench`, "
            "or write `everyone`."
        ).format(name=_shown(parts[at][1]))
    )


def _read_keyword(phrase: str, named: _Named) -> bool:
    """Do what a word of the language says; False when it is none."""
    if phrase in _EVERYBODY:
        named.add_everybody()
    elif phrase in _LEAVING_OUT:
        named.leaves_out = True
    else:
        return phrase in _JOINING
    return True


def _only_one(phrase: str, found: Sequence[_Askable]) -> _Askable:
    if len(found) > 1:
        raise UserError(
            _("Several roles or members are called “{name}”. Mention the one you mean with @.").format(
                name=_shown(phrase)
            )
        )
    return found[0]


def _take(named: _Named, found: _Askable, guild: discord.Guild) -> None:
    if isinstance(found, discord.Role) and found.id == guild.id:
        named.add_everybody()
        return
    if isinstance(found, discord.Member) and found.bot:
        raise UserError(_("{name} is a bot, and bots are never asked. Leave it out.").format(name=found.mention))
    named.add(found)


def _mentioned(written: str, guild: discord.Guild) -> _Askable:
    match = _MENTION.fullmatch(written)
    assert match is not None, "the pattern of the parts has found it"
    found = guild.get_role(int(match["id"])) if match["role"] else guild.get_member(int(match["id"]))
    if found is None:
        raise UserError(_("{name} is no role or member of this server. Choose one from the list that @ opens.").format(
            name=written
        ))  # fmt: skip
    return found


def _rule(named: _Named) -> AudienceRule:
    if not (named.is_everybody or named.roles or named.members or named.excluded_roles or named.excluded_members):
        raise UserError(_("Name at least one role or member, as in `@Raiders -@Bench`, or write `everyone`."))
    both = [f"<@&{role_id}>" for role_id in named.roles & named.excluded_roles]
    both += [f"<@{user_id}>" for user_id in named.members & named.excluded_members]
    if both:
        raise UserError(_("{name} is both asked and left out. Name it once.").format(name=sorted(both)[0]))
    # Who asks everybody asks these as well.
    roles, members = (set(), set()) if named.is_everybody else (named.roles, named.members)
    sides = [tuple(sorted(ids)) for ids in (roles, members, named.excluded_roles, named.excluded_members)]
    if sum(map(len, sides)) > MOST_NAMED:
        raise UserError(
            _("That names more than {limit} roles and members. Make a role for them, and name that.").format(
                limit=MOST_NAMED
            )
        )
    return AudienceRule(*sides)


def _phrases(parts: Sequence[tuple[_Kind, str]]) -> set[str]:
    """Return everything among the words that may be a name."""
    return {phrase for at in range(len(parts)) for _end, _written, phrase in _phrases_at(parts, at)}


def _phrases_at(parts: Sequence[tuple[_Kind, str]], at: int) -> Iterator[tuple[int, str, str]]:
    """Yield the words from one on, ever more of them, as they are compared, each with where it ends and as written."""
    words: list[str] = []
    for end in range(at, min(at + LONGEST_NAME, len(parts))):
        kind, written = parts[end]
        if kind is not _Kind.WORD:
            return
        words.append(written)
        phrase = " ".join(words)
        yield end + 1, phrase, folded(phrase).removeprefix("@")


async def _known_names(guild: discord.Guild, wanted: set[str]) -> dict[str, list[_Askable]]:
    found: dict[str, list[_Askable]] = {}
    if not wanted:
        return found
    for role in guild.roles:
        if (name := folded(role.name).removeprefix("@")) in wanted:
            found.setdefault(name, []).append(role)
    for count, member in enumerate(guild.members):
        if not count % SLICE_MEMBERS:
            await asyncio.sleep(0)
        names = {member.display_name, member.name, member.global_name or member.name}
        for name in wanted.intersection(map(folded, names)):
            found.setdefault(name, []).append(member)
    return found


def _shown(name: str) -> str:
    return escape_text(one_line(name, NAME_LIMIT))
