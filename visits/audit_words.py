"""What the audit log calls what happens in this app."""

from django.utils.translation import gettext_lazy as _

from core.audit_words import add_words

add_words(
    kinds={
        "aim": _("Aim"),
        "group": _("Group"),
        "needs": _("Needs"),
        "person": _("Person on a visit"),
        "problem": _("Problem"),
        "programme": _("Programme"),
        "release": _("Release"),
        "session": _("Session"),
        "undertaking": _("Undertaking"),
        "visit": _("Visit"),
    },
    happenings={
        "address_corrected": _("address corrected"),
        "asked_again": _("to be decided again"),
        "came_back": _("back on the list"),
        "invitation_withdrawn": _("invitation withdrawn"),
        "invited": _("invited"),
        "invited_again": _("invited again"),
        "left": _("left the list"),
        "moved": _("moved on"),
        "passed": _("allowed to stand"),
        "recorded": _("recorded"),
        "shifted": _("moved to other days"),
        "written": _("written"),
    },
)
