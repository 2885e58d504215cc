"""The tools with which texts are found, written into the translators' files, and compiled."""

import ast
import gettext
import io
import os

import polib
import pytest
from django.core.management import call_command
from django.template import engines

from core import translatable
from core.management.commands import refresh_translations
from core.translatable import Message, messages_in, messages_under


def python(source: str) -> list[Message]:
    return sorted(messages_in(ast.parse(source)))


def template(source: str) -> list[Message]:
    return sorted(messages_under(engines["django"].from_string("{% load i18n %}" + source).template.nodelist, set()))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from django.utils.translation import gettext as _\n_('Lunch')", [Message("Lunch")]),
        ("from django.utils.translation import gettext_lazy\ngettext_lazy('one ' 'two')", [Message("one two")]),
        ("from django.utils.translation import ngettext as n\nn('a', 'b', 3)", [Message("a", "b")]),
        ("from django.utils.translation import pgettext_lazy\npgettext_lazy('day', 'j')", [Message("j", "", "day")]),
        ("from django.utils.translation import npgettext\nnpgettext('c', 'a', 'b', 3)", [Message("a", "b", "c")]),
        ("from django.utils.translation import gettext\ngettext(words)\nprint('no')", []),
        ("def _(x): return x\n_('not ours')", []),
        (
            "from django.utils.translation import gettext as _\ndef f():\n  return [_('in'), {'k': _('side')}]",
            [Message("in"), Message("side")],
        ),
    ],
)
def test_texts_in_python(source, found):
    assert python(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "Lunch" %}', [Message("Lunch")]),
        ('{% translate "It\'s 5%" %}', [Message("It's 5%%")]),
        ('{% translate "May" context "month" as m %}', [Message("May", "", "month")]),
        ('{% translate "No" noop %}{% translate variable %}', []),
        ("{% blocktranslate trimmed %}\n one\n two {{ n }}\n{% endblocktranslate %}", [Message("one two %(n)s")]),
        (
            "{% blocktranslate count n=3 %}{{ n }} a{% plural %}{{ n }} b{% endblocktranslate %}",
            [Message("%(n)s a", "%(n)s b")],
        ),
        (
            '{% if x %}{% for a in b %}{% translate "Deep" %}{% endfor %}{% else %}{% translate "Else" %}{% endif %}',
            [Message("Deep"), Message("Else")],
        ),
        (
            '{% block a %}{% with w=_("With") %}{{ x|default:_("Filter") }}{% endwith %}{% endblock %}',
            [Message("Filter"), Message("With")],
        ),
        ('{% include "components/crumbs.html" with heading=_("Given") only %}', [Message("Given")]),
        ("{# translate 'no' #}{% comment %}{% translate 'no' %}{% endcomment %}plain", []),
    ],
)
def test_texts_in_templates(source, found):
    assert template(source) == found


# --- the translators' file -----------------------------------------------------------------------


@pytest.fixture
def locale(settings, tmp_path, monkeypatch):
    """``locale(texts)`` refreshes an empty project's file with these texts, and gives its entries."""
    settings.LOCALE_PATHS = [tmp_path]
    path = translatable.catalogue_path("cs")

    def refresh(*texts: Message) -> dict[str, polib.POEntry]:
        monkeypatch.setattr(refresh_translations, "everything", lambda: {text: {"core/forms.py"} for text in texts})
        call_command("refresh_translations", stdout=io.StringIO())
        return {entry.msgid: entry for entry in polib.pofile(str(path))}

    refresh.path = path
    return refresh


def translate(locale, **words: str) -> None:
    catalogue = polib.pofile(str(locale.path))
    for entry in catalogue:
        entry.msgstr = words.get(entry.msgid, entry.msgstr)
    catalogue.save()


def test_new_texts_come_empty_and_in_order(locale):
    entries = locale(Message("Lunch"), Message("Break"))
    assert [(entry.msgid, entry.msgstr) for entry in entries.values()] == [("Break", ""), ("Lunch", "")]


def test_what_was_translated_stays(locale):
    locale(Message("Lunch"))
    translate(locale, Lunch="Oběd")
    assert locale(Message("Lunch"), Message("Break"))["Lunch"].msgstr == "Oběd"


def test_what_no_page_says_any_more_goes(locale):
    locale(Message("Lunch"), Message("Break"))
    assert list(locale(Message("Break"))) == ["Break"]


def test_an_almost_equal_text_offers_its_translation_to_be_looked_at(locale):
    locale(Message("Somebody changed this."))
    translate(locale, **{"Somebody changed this.": "Někdo to změnil."})
    entry = locale(Message("Somebody changed that."))["Somebody changed that."]
    assert (entry.msgstr, entry.fuzzy) == ("Někdo to změnil.", True)
    assert locale(Message("Somebody changed that."))["Somebody changed that."].fuzzy  # until somebody has looked


def test_counts_have_a_place_for_each_plural(locale):
    assert locale(Message("%(n)s a", "%(n)s b"))["%(n)s a"].msgstr_plural == {0: "", 1: "", 2: ""}


def test_refreshing_twice_changes_nothing(locale):
    locale(Message("Lunch"), Message("%(n)s a", "%(n)s b", "c"))
    once = locale.path.read_text()
    locale(Message("Lunch"), Message("%(n)s a", "%(n)s b", "c"))
    assert locale.path.read_text() == once


def compile_all() -> str:
    out = io.StringIO()
    call_command("compile_translations", stdout=out)
    return out.getvalue()


def test_a_changed_file_is_compiled_once(locale):
    locale(Message("Lunch"))
    translate(locale, Lunch="Oběd")
    assert compile_all() == "Compiled cs/LC_MESSAGES/django.po.\n"
    assert compile_all() == ""
    with locale.path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Lunch") == "Oběd"
    later = locale.path.with_suffix(".mo").stat().st_mtime + 10
    os.utime(locale.path, (later, later))
    assert compile_all() != ""


def test_what_nobody_has_looked_at_is_not_shown(locale):
    locale(Message("Somebody changed this."))
    translate(locale, **{"Somebody changed this.": "Někdo to změnil."})
    locale(Message("Somebody changed that."))
    compile_all()
    with locale.path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Somebody changed that.") == "Somebody changed that."
