"""What the audit log calls what happens in this app."""

from django.utils.translation import gettext_lazy as _

from core.audit_words import add_words

add_words(
    kinds={
        "agreement": _("Agreement"),
        "city": _("City"),
        "contact": _("Contact"),
        "house_rule": _("House rule"),
        "organisation": _("Organisation"),
        "space": _("Space"),
        "topic": _("Topic"),
        "venue": _("Venue"),
        "way": _("Travel time"),
    },
    happenings={
        "set": _("set"),
    },
)
