import pytest
from django.template import engines

from core.outbox import letters


@pytest.fixture
def template(settings, tmp_path, monkeypatch):
    """``template("Subject: ...")`` writes a letter's template and gives its name."""
    monkeypatch.setattr(engines["django"].engine, "dirs", [tmp_path, *engines["django"].engine.dirs])
    for loader in engines["django"].engine.template_loaders:
        loader.reset()

    def write(words: str, name: str = "letter") -> str:
        (tmp_path / f"{name}.txt").write_text(words)
        return name

    yield write
    for loader in engines["django"].engine.template_loaders:
        loader.reset()


def test_the_first_line_is_the_subject_and_the_rest_the_body(template):
    letter = letters.write(
        template("Subject: Hello {{ name }}\n\nDear {{ name }},\n\nall is well.\n"), {"name": "Ann"}, "en"
    )
    assert (letter.subject, letter.body) == ("Hello Ann", "Dear Ann,\n\nall is well.\n")


def test_tags_before_the_subject_leave_no_line(template):
    letter = letters.write(template("{% load i18n %}\n\nSubject: Hello\nBody"), {}, "en")
    assert (letter.subject, letter.body) == ("Hello", "Body\n")


def test_a_letter_speaks_its_readers_language(template):
    name = template("{% load i18n %}Subject: {{ when|date:'j E Y' }}\n{% get_current_language as now %}{{ now }}")
    import datetime

    letter = letters.write(name, {"when": datetime.date(2027, 3, 9)}, "cs")
    assert (letter.subject, letter.body) == ("9 března 2027", "cs\n")


def test_a_language_that_the_portal_does_not_speak_becomes_english(template):
    name = template("{% load i18n %}Subject: x\n{% get_current_language as now %}{{ now }}")
    assert letters.write(name, {}, "de").body == "en\n"


def test_nothing_is_escaped_since_nobody_reads_html(template):
    letter = letters.write(template("Subject: {{ who }}\n{{ who }}"), {"who": "O'Hara & <Sons>"}, "en")
    assert (letter.subject, letter.body) == ("O'Hara & <Sons>", "O'Hara & <Sons>\n")


@pytest.mark.parametrize("character", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x00", "\t"])
def test_no_name_can_add_a_header(template, character):
    # What it adds stands on the first line, or else in the body: never in a header of its own.
    letter = letters.write(
        template("Subject: News for {{ name }}\nBody"), {"name": f"Ann{character}Bcc: all@example.org"}, "en"
    )
    assert all(each.isprintable() for each in letter.subject)


def test_a_subject_is_cut_where_the_table_ends(template):
    assert len(letters.write(template("Subject: {{ long }}\nBody"), {"long": "x" * 500}, "en").subject) == 200


def test_a_template_without_a_subject_is_a_mistake_of_ours(template):
    with pytest.raises(ValueError, match="does not begin with a line 'Subject: "):
        letters.write(template("Hello"), {}, "en")


def test_empty_lines_are_tidied(template):
    assert letters.write(template("Subject: x\n\n\n\none  \n\n\n\n\ntwo\n\n\n"), {}, "en").body == "one\n\ntwo\n"


def test_every_letter_knows_the_address_of_the_portal_and_whom_to_call(template, settings):
    letter = letters.write(template("Subject: x\n{{ site_url }} {{ help_contact.phone }}"), {}, "en")
    assert letter.body == f"{settings.SITE_URL} {settings.HELP_CONTACT['phone']}\n"
