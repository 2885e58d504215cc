"""What the audit log calls what happens in this app."""

from django.utils.translation import gettext_lazy as _

from core.audit_words import add_words

add_words(
    kinds={
        "practice": _("Practice"),
        "source": _("Source"),
        "term": _("Term"),
    },
    happenings={
        "created": _("created"),
        "part_added": _("part added"),
        "part_edited": _("part changed"),
        "part_moved": _("part moved"),
        "part_removed": _("part removed"),
        "registered": _("registered"),
    },
)
