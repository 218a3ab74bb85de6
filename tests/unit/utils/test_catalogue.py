"""Reading a catalogue: what translators and their tools write, and what they get wrong."""

import re

import pytest

from utils.catalogue import empty_catalogue, read_catalogue

POLISH = r"""
# A comment.
msgid ""
msgstr ""
"Language: pl\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\n"

#: utils/embeds.py
#, python-brace-format
msgid "Missing: {count}"
msgstr "Brakuje: {count}"

msgctxt "command"
msgid "watch"
msgstr "śledź"

msgid "watch"
msgstr "zegarek"

msgid "event"
msgid_plural "events"
msgstr[0] "wydarzenie"
msgstr[1] "wydarzenia"
msgstr[2] "wydarzeń"

msgid ""
"Two lines: \"one\"\n"
"and a \\ in the other."
msgstr ""
"Dwie linie: \"pierwsza\"\n"
"i \\ w drugiej."

#, fuzzy, python-brace-format
msgid "nobody"
msgstr "nikt?"

msgid "not yet"
msgstr ""

#~ msgid "gone"
#~ msgstr "stare"
"""


def test_texts_come_by_context_and_text() -> None:
    texts = read_catalogue(POLISH).texts
    assert texts["", "Missing: {count}"] == ("Brakuje: {count}",)
    assert (texts["command", "watch"], texts["", "watch"]) == (("śledź",), ("zegarek",))


def test_a_text_over_several_lines_is_one_with_its_escapes_read() -> None:
    texts = read_catalogue(POLISH).texts
    assert texts["", 'Two lines: "one"\nand a \\ in the other.'] == ('Dwie linie: "pierwsza"\ni \\ w drugiej.',)


def test_plural_forms_follow_the_rule_of_the_language() -> None:
    catalogue = read_catalogue(POLISH)
    forms = catalogue.texts["", "event"]
    assert [forms[catalogue.plural(count)] for count in (0, 1, 3, 5, 12, 22)] == [
        "wydarzeń", "wydarzenie", "wydarzenia", "wydarzeń", "wydarzeń", "wydarzenia",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["nobody", "not yet", "gone", ""])
def test_what_is_fuzzy_untranslated_or_obsolete_is_left_out(text: str) -> None:
    assert ("", text) not in read_catalogue(POLISH).texts


def test_a_catalogue_without_a_header_counts_like_english() -> None:
    assert [empty_catalogue().plural(count) for count in (0, 1, 2)] == [1, 0, 1]


HEADER = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n > 1);"\n\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('msgid "one"\nmsgstr "un', "line 2: 'msgstr \"un' is no line"),
        ("msgid one\n", "line 1"),
        ('"floating"\n', "line 1: a text that belongs to nothing"),
        ('msgstr "un"\n', "an entry without a text"),
        ('msgid "one"\n', "an entry without a text or its translation"),
        (HEADER + 'msgid "day"\nmsgid_plural "days"\nmsgstr[0] "jour"\n', "1 forms where the language has 2"),
        ('msgid ""\nmsgstr "Plural-Forms: nplurals=1; plural=(n > 1);"\n', "beyond its 1"),
        ('msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=__import__(n);"\n', "plural form"),
    ],
)
def test_what_is_malformed_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        read_catalogue(text)
