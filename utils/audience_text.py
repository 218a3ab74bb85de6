"""Whom an event asks, in words for people."""

from collections.abc import Iterable

from models.event_options import NOBODY, AudienceRule
from utils.formatting import listing, mention
from utils.i18n import _


def audience_text(rule: AudienceRule) -> str:
    """Return whom a rule asks: for an embed, where mentions ping nobody, or with allowed mentions that name nobody."""
    if rule.is_choosing:
        chosen = listing(_mentions(rule.roles, rule.members)) or _("nobody")
    else:
        chosen = _("everybody who sees the channel")
    excluded = listing(_mentions(rule.excluded_roles, rule.excluded_members))
    return _("{chosen}, without {excluded}").format(chosen=chosen, excluded=excluded) if excluded else chosen


def _mentions(roles: Iterable[int], members: Iterable[int]) -> list[str]:
    people = (mention(user_id) for user_id in members if user_id != NOBODY)
    return [*(f"<@&{role_id}>" for role_id in roles), *people]
