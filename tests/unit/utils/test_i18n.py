"""The language in force: whose it is, how long, and what happens where a language has nothing to say."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from utils import i18n
from utils.durations import format_duration, parse_duration
from utils.formatting import listing, number, plural
from utils.i18n import _, language_for, language_in_force, mark, ngettext, pgettext, speak, speaking

POLISH = """
msgid ""
msgstr "Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"

msgid "nobody"
msgstr "nikt"

msgid "event"
msgid_plural "events"
msgstr[0] "wydarzenie"
msgstr[1] "wydarzenia"
msgstr[2] "wydarzeń"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of catalogues with nothing in it."""

    def forget() -> None:
        i18n.languages.cache_clear()
        i18n._catalogue.cache_clear()

    monkeypatch.setattr(i18n, "FOLDER", tmp_path)
    forget()
    yield tmp_path
    forget()


def test_english_is_in_force_until_another_language_is_set() -> None:
    assert (language_in_force(), _("nobody")) == ("en", "nobody")


def test_speaking_holds_inside_its_block_only() -> None:
    with speaking("fr"):
        with speaking("en"):
            assert _("nobody") == "nobody"
        assert _("nobody") == "personne"
    assert _("nobody") == "nobody"


def test_a_block_that_raises_gives_the_language_back() -> None:
    with pytest.raises(LookupError), speaking("fr"):
        raise LookupError
    assert language_in_force() == "en"


async def test_two_tasks_at_once_have_a_language_each() -> None:
    meeting = asyncio.Barrier(2)

    async def one(language: str) -> str:
        speak(language)
        await meeting.wait()
        return _("nobody")

    french, english = await asyncio.gather(one("fr"), one("en"))
    assert (french, english) == ("personne", "nobody")
    assert language_in_force() == "en"


async def test_what_a_task_starts_inherits_its_language() -> None:
    async def inner() -> str:
        return _("nobody")

    with speaking("fr"):
        task = asyncio.create_task(inner())
        in_thread = await asyncio.to_thread(_, "nobody")
    assert (await task, in_thread) == ("personne", "personne")


def test_a_text_that_a_language_does_not_have_comes_in_english() -> None:
    with speaking("fr"):
        assert _("No such sentence.") == "No such sentence."
        assert ngettext("no such word", "no such words", 2) == "no such words"


def test_a_mark_leaves_the_text_as_it_is() -> None:
    with speaking("fr"):
        assert mark("nobody") == "nobody"


def test_a_context_tells_a_commands_name_from_a_word() -> None:
    with speaking("fr"):
        assert pgettext("command", "watch") == "suivre"
        assert pgettext("command", "nobody") == "nobody"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("fr", "fr"), ("en-US", "en"), ("en-GB", "en"), ("de", "en"), ("", "en"), ("fr-CA", "fr"), ("../fr", "en")],
)
def test_language_for_a_locale_is_one_that_there_is(locale: str, language: str) -> None:
    assert language_for(locale) == language


def test_a_third_language_needs_one_file(folder: Path) -> None:
    (folder / "pl.po").write_text(POLISH, encoding="utf-8")
    assert language_for("pl") == "pl"
    with speaking("pl"):
        assert [plural(count, "event", "events") for count in (1, 2, 5)] == [
            "1 wydarzenie", "2 wydarzenia", "5 wydarzeń",
        ]  # fmt: skip
        assert (_("nobody"), number(1.5, 1)) == ("nikt", "1.5")


@pytest.mark.parametrize("content", [b'msgid "nobody\n', b"\xff\xfe", None], ids=["malformed", "not UTF-8", "a folder"])
def test_a_catalogue_that_cannot_be_read_is_logged_once_and_shown_in_english(
    folder: Path, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / "pl.po"
    path.mkdir() if content is None else path.write_bytes(content)
    with speaking("pl"):
        assert [_("nobody"), ngettext("event", "events", 1), _("nobody")] == ["nobody", "event", "nobody"]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "pl.po" in caplog.text


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 people", "0 personne"),
        (1, "1 person", "1 personne"),
        (2, "2 people", "2 personnes"),
        (1950, "1,950 people", "1\u202f950 personnes"),
    ],
)
def test_a_number_and_its_word_follow_the_language(count: int, english: str, french: str) -> None:
    assert plural(count, "person", "people") == english
    with speaking("fr"):
        assert plural(count, "person", "people") == french


def test_numbers_have_the_marks_of_the_language() -> None:
    assert (number(12345.678, 2), number(-1.0), number(0.5, 3)) == ("12,345.68", "-1", "0.500")
    with speaking("fr"):
        assert (number(12345.678, 2), number(0.5, 3)) == ("12\u202f345,68", "0,500")


@pytest.mark.parametrize(
    ("items", "english", "french"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a and b", "a et b"),
        (["a", "{b}", "c", "d"], "a, {b}, c and d", "a, {b}, c et d"),
    ],
)
def test_lists_are_joined_as_the_language_does(items: list[str], english: str, french: str) -> None:
    assert listing(items) == english
    with speaking("fr"):
        assert listing(items) == french


@pytest.mark.parametrize(
    ("text", "french"),
    [("2h30m", "2 heures 30 minutes"), ("1d", "1 jour"), ("28d1s", "28 jours 1 seconde"), ("3650d", "3650 jours")],
)
def test_durations_are_written_in_the_language(text: str, french: str) -> None:
    with speaking("fr"):
        assert format_duration(parse_duration(text)) == french
