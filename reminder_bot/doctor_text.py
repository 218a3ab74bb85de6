"""Findings as people read them, in the language in force: what is wrong, and what to do about it."""

from collections.abc import Callable, Iterable
from typing import Any

from models.records import TrackedEvent
from reminder_bot.doctor_findings import (
    BackupOld,
    BlockedEvent,
    ClockOff,
    DoubledTime,
    Finding,
    MembersIncomplete,
    MissingIntents,
    MissingPermissions,
    NobodyAsked,
    PausedForAge,
    ShiftedTime,
    StorageFailing,
    UnknownEmoji,
    UnreachableLog,
    UnreachablePlace,
    UpkeepFailing,
)
from utils.durations import format_duration
from utils.embeds import event_link
from utils.formatting import escape_text, listing, number, plural, truncate
from utils.i18n import _
from utils.reasons import reason_text
from utils.time import timestamp_tag

REASON_LIMIT = 300
Told = tuple[str, str]
"""What is wrong, and what to do."""


def finding_text(finding: Finding) -> Told:
    """Return what is wrong and what to do, each in one or two sentences; mentions and links are for embeds."""
    return _TEXTS[type(finding)](finding)


def permission_names(names: Iterable[str]) -> str:
    """Return permissions as Discord's own settings call them, as a list."""
    known = {
        "view_channel": _("View Channel"),
        "connect": _("Connect"),
        "send_messages": _("Send Messages"),
        "send_messages_in_threads": _("Send Messages in Threads"),
        "create_public_threads": _("Create Public Threads"),
        "embed_links": _("Embed Links"),
        "read_message_history": _("Read Message History"),
        "add_reactions": _("Add Reactions"),
    }
    return listing([f"**{known[name]}**" for name in names])


def _missing_permissions(finding: MissingPermissions) -> Told:
    events = plural(finding.events, "event", "events")
    problem = _("I lack permissions in {channel}, where I watch {events}: {names}.").format(
        channel=f"<#{finding.channel_id}>", events=events, names=permission_names(finding.permissions)
    )
    if finding.blocked:
        problem += " " + _("No reminder goes out for {events} there.").format(
            events=plural(finding.blocked, "event", "events")
        )
    remedy = _("Give me these in the channel's settings, under Permissions. Then I go on by myself.")
    if not finding.is_urgent and finding.permissions != ("add_reactions",):
        remedy = _("Meanwhile reminders go to the event's own channel.") + " " + remedy
    elif not finding.is_urgent:
        remedy = _("Reminders go out all the same, but I cannot put answers under new events. Give it to me there.")
    return problem, remedy


def _unreachable_place(finding: UnreachablePlace) -> Told:
    reason = reason_text(finding.reason)
    place = f"<#{finding.place_id}>"
    if finding.event is None:
        problem = _("New events are to remind in {place}, which cannot be used: {reason}").format(
            place=place, reason=reason
        )
        other = _("choose another channel in `/settings show`")
    else:
        problem = _("{event} is to remind in {place}, which cannot be used: {reason}").format(
            event=_event(finding.event), place=place, reason=reason
        )
        other = _("choose another place with `/event edit`")
    meanwhile = _("Meanwhile reminders go to the event's own channel.")
    if finding.permissions:
        names = permission_names(finding.permissions)
        return problem, f"{meanwhile} " + _("Give me {names} there, or {other}.").format(names=names, other=other)
    return problem, f"{meanwhile} " + _("To make it so for good, press the button, or {other}.").format(other=other)


def _unreachable_log(finding: UnreachableLog) -> Told:
    channel = f"<#{finding.place_id}>"
    problem = _("I am to tell organisers what happens in {channel}, which cannot be used.").format(channel=channel)
    other = _("choose another channel in `/settings show`")
    if finding.permissions:
        names = permission_names(finding.permissions)
        return problem, _("Give me {names} there, or {other}.").format(names=names, other=other)
    return problem, _("Press the button to have no log channel, or {other}.").format(other=other)


def _unknown_emoji(finding: UnknownEmoji) -> Told:
    # An emoji that is gone is not shown: its name is.
    names = listing([f"`:{each.split(':')[1]}:`" for each in finding.emoji])
    if finding.event is None:
        problem = _("The answers of new events have emoji that this server does not have any more: {names}.")
        return problem.format(names=names), _("Press the button, or choose others in `/settings show`.")
    problem = _("The answers of {event} have emoji that this server does not have any more: {names}.")
    remedy = _("Nobody can choose them anew. Take them out, or choose other answers with `/event edit`.")
    return problem.format(event=_event(finding.event), names=names), remedy


def _nobody_asked(finding: NobodyAsked) -> Told:
    event = _event(finding.event)
    if finding.by_choice:
        problem = _("{event} asks nobody: whoever was chosen for it is gone, or cannot see {channel}.")
        remedy = _("Choose again with `/event edit` and its `audience`, or end it with `/unwatch`.")
    else:
        problem = _("{event} asks nobody: nobody but bots can see {channel}.")
        remedy = _("Let those in who are to answer, in the channel's settings, or end it with `/unwatch`.")
    return problem.format(event=event, channel=f"<#{finding.channel_id}>"), remedy


def _blocked(finding: BlockedEvent) -> Told:
    reason = truncate(escape_text(reason_text(finding.event.state_reason or "")), REASON_LIMIT)
    problem = _("{event} is blocked: {reason}").format(
        event=_event(finding.event), reason=reason or _("no reason is known")
    )
    return problem, _("I try again every hour, and now when you press the button. `/unwatch` ends it instead.")


def _paused_for_age(finding: PausedForAge) -> Told:
    problem = _("{event} came from the old bot and is paused, as nobody was reminded for long.").format(
        event=_event(finding.event)
    )
    return problem, _("Resume it: the next reminder is one interval away. `/unwatch` ends it instead.")


def _doubled_time(finding: DoubledTime) -> Told:
    local = f"{finding.at.astimezone(finding.zone):%H:%M}"
    problem = _("{event}: {when} is {time} in {zone}, which the clocks show twice that night.").format(
        event=_event(finding.event), when=timestamp_tag(finding.at, "F"), time=local, zone=finding.zone.key
    )
    which = _("I take the second.") if finding.is_second else _("I take the first.")
    return problem, f"{which} " + _("So that nobody is an hour off, move it with `/event edit`.")


def _shifted_time(finding: ShiftedTime) -> Told:
    words = {
        "event": _event(finding.event),
        "when": timestamp_tag(finding.at, "D"),
        "time": f"{finding.at.astimezone(finding.zone):%H:%M}",
        "usual": finding.usual,
        "zone": finding.zone.key,
    }
    if finding.is_before:
        problem = _("{event}: the reminder of {when} comes at {time}, not at {usual} ({zone}): the clocks change.")
        remedy = _("It comes whole days before the start, by the stopwatch. Other times: `/event edit` and `before`.")
    else:
        problem = _("{event}: from {when} on, reminders come at {time}, not at {usual} ({zone}): the clocks change.")
        remedy = _("To have the old time again, use `/remind` at that time on a day after: the interval counts anew.")
    return problem.format(**words), remedy


def _members_incomplete(finding: MembersIncomplete) -> Told:
    if finding.total is None:
        problem = _("I do not know all members of this server yet, so nobody is reminded.")
    else:
        problem = _("I know {known} of {total} members of this server, so nobody is reminded yet.").format(
            known=number(finding.known), total=number(finding.total)
        )
    return problem, _("I keep asking Discord for them. Press the button to ask now; it takes half a minute at most.")


def _missing_intents(finding: MissingIntents) -> Told:
    names = listing([f"**{name}**" for name in finding.names])
    problem = _("Switched off in Discord's developer portal: {names}. At my next start I could not log in.")
    remedy = _("Only the operator can mend it: in the portal, Bot, Privileged Gateway Intents.")
    return problem.format(names=names), remedy


def _clock_off(finding: ClockOff) -> Told:
    duration = format_duration(abs(finding.ahead))
    sentence = (
        _("The clock of the machine I run on is {duration} ahead of Discord's: reminders come early.")
        if finding.ahead.total_seconds() > 0
        else _("The clock of the machine I run on is {duration} behind Discord's: reminders come late.")
    )
    return sentence.format(duration=duration), _("Only the operator can mend it: have the machine set its clock (NTP).")


def _storage_failing(_finding: StorageFailing) -> Told:
    problem = _("The database cannot be written: answers wait in memory, and no reminder goes out.")
    return problem, _("Only the operator can mend it; the log says why. Often the disk is full.")


def _upkeep_failing(finding: UpkeepFailing) -> Told:
    jobs = listing([_(job) for job in finding.jobs])
    problem = _("The upkeep of the database failed: {jobs}.").format(jobs=jobs)
    return problem, _("It is tried again by itself. If it stays so, the operator finds the reason in the log.")


def _backup_old(finding: BackupOld) -> Told:
    if finding.last_at is None:
        problem = _("There is no backup of the database yet.")
    else:
        problem = _("The last backup of the database was made {when}.").format(when=timestamp_tag(finding.last_at))
    return problem, _("Only the operator can mend it: the log says why no other was made.")


def _event(event: TrackedEvent) -> str:
    return f"**{event_link(event)}**"


_TEXTS: dict[type[Any], Callable[[Any], Told]] = {
    MissingPermissions: _missing_permissions,
    UnreachablePlace: _unreachable_place,
    UnreachableLog: _unreachable_log,
    UnknownEmoji: _unknown_emoji,
    NobodyAsked: _nobody_asked,
    BlockedEvent: _blocked,
    PausedForAge: _paused_for_age,
    DoubledTime: _doubled_time,
    ShiftedTime: _shifted_time,
    MembersIncomplete: _members_incomplete,
    MissingIntents: _missing_intents,
    ClockOff: _clock_off,
    StorageFailing: _storage_failing,
    UpkeepFailing: _upkeep_failing,
    BackupOld: _backup_old,
}
