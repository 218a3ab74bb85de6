"""French moments: ``demain 20h``, ``mardi prochain à 20h``, ``le 3 avril à huit heures et demie du soir``."""

import re

from utils.moments import numerals
from utils.moments.language import Language, any_of, numbered
from utils.moments.offsets import offset_rule
from utils.moments.pieces import CalendarDate, NearDay, NextWeek, Offset, PartOfDay, TimeOfDay, Weekday, Weekend
from utils.moments.rules import Pieces, rule, words

_WEEKDAYS = numbered(
    ("lundi lun", "mardi mar", "mercredi mer", "jeudi jeu", "vendredi ven", "samedi sam", "dimanche dim"), 0
)
_MONTHS = numbered(
    (
        "janvier janv",
        "fevrier fevr fev",
        "mars",
        "avril avr",
        "mai",
        "juin",
        "juillet juil",
        "aout",
        "septembre sept",
        "octobre oct",
        "novembre nov",
        "decembre dec",
    ),
    1,
)
_PARTS = {
    "matin": PartOfDay.MORNING,
    "matinee": PartOfDay.MORNING,
    "apres-midi": PartOfDay.AFTERNOON,
    "apres midi": PartOfDay.AFTERNOON,
    "aprem": PartOfDay.AFTERNOON,
    "soir": PartOfDay.EVENING,
    "soiree": PartOfDay.EVENING,
}
_WEEKS_OF_IDIOM = {"8": 1, "15": 2}
_DAY = rf"(?P<weekday>{any_of(_WEEKDAYS)})"
_DATE = rf"(?P<day>[0-9]{{1,2}})(?:er)? (?P<month>{any_of(_MONTHS)})(?: (?P<year>[0-9]{{4}}))?"
_PART = rf"(?P<part>{any_of(_PARTS)})"
_OF_PART = rf"(?:du|de l'|dans l'|dans la|en|le|l') ?{_PART}"
_HOUR = r"(?:a |vers )?(?P<hour>[0-9]{1,2}) ?h(?:eures?)?"


def _weekday(match: re.Match[str]) -> Weekday:
    groups = match.groupdict()
    weeks = _WEEKS_OF_IDIOM.get(groups.get("idiom") or "", 0)
    return Weekday(_WEEKDAYS[match["weekday"]], bool(groups.get("next")), weeks)


def _weekday_and_day(match: re.Match[str]) -> Pieces:
    return Weekday(_WEEKDAYS[match["weekday"]]), CalendarDate(int(match["day"]))


def _date(match: re.Match[str]) -> CalendarDate:
    year = match["year"]
    return CalendarDate(int(match["day"]), _MONTHS[match["month"]], int(year) if year else None)


def _part_today(match: re.Match[str]) -> Pieces:
    return NearDay(0), _PARTS[match["part"]]


def _and_or_less(match: re.Match[str]) -> TimeOfDay | None:
    said = match["minutes"]
    minutes = 30 if said.startswith("demi") else 15 if said == "quart" else int(said)
    at = numerals.time_of_day("12" if match["hour"] == "midi" else match["hour"])
    if at is None or minutes > 59:
        return None
    in_all = at.hour * 60 + (-minutes if match["way"] == "moins" else minutes)
    return TimeOfDay(in_all // 60 % 24, in_all % 60)


FRENCH = Language(
    rules=(
        words(r"aujourd'? ?hui|auj", NearDay(0)),
        words(r"demain", NearDay(1)),
        words(r"apres[- ]demain", NearDay(2)),
        rule(rf"cet? ?(?:te )?{_PART}", _part_today),
        words(r"ce midi", NearDay(0), TimeOfDay(12)),
        rule(_PART, lambda match: _PARTS[match["part"]]),
        rule(_OF_PART, lambda match: _PARTS[match["part"]]),
        rule(rf"{_HOUR} (?P<way>et|moins) (?:le |1 )?(?P<minutes>demie?|quart|[0-9]{{1,2}})", _and_or_less),
        rule(r"(?:a )?(?P<hour>midi) (?P<way>et) (?P<minutes>demie?|quart)", _and_or_less),
        words(r"(?:a )?midi", TimeOfDay(12, is_exact=True)),
        words(r"(?:a )?minuit", TimeOfDay(0, is_end_of_day=True)),
        rule(rf"(?:ce )?{_DAY}(?P<next> prochain)?", _weekday),
        rule(rf"{_DAY} en (?P<idiom>8|15)", _weekday),
        rule(rf"{_DAY} (?P<day>[0-9]{{1,2}})", _weekday_and_day),
        words(r"(?:ce |le )?week-? ?end", Weekend()),
        words(r"(?:(?:de )?la )?semaine pro(?:chaine)?", NextWeek()),
        words(r"(?:le )?mois prochain", Offset(months=1)),
        words(r"(?:l')?an(?:nee)? prochaine?", Offset(months=12)),
        rule(_DATE, _date),
        rule(r"le (?P<day>[0-9]{1,2})(?:er)?", lambda match: CalendarDate(int(match["day"]))),
        offset_rule("dans|d'ici|d'ici a"),
    ),
    fillers=re.compile(r"(?:le|la|a|de|du|vers|pour|des)(?= )|l'|d'"),
    weekdays=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    months=(
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    first_of_month="1er",
    examples=("demain 20h", "3 avril 20h"),
)
