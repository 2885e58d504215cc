"""What the audit log calls what happens in this app."""

from django.utils.translation import gettext_lazy as _

from core.audit_words import add_words

add_words(
    kinds={
        "account": _("Account"),
        "invitation": _("Invitation"),
        "role": _("Role"),
    },
    happenings={
        "accepted": _("accepted"),
        "closed": _("closed"),
        "given": _("given"),
        "opened": _("opened again"),
        "second_factor_added": _("second factor added"),
        "second_factor_removed": _("second factor removed"),
        "second_factors_taken": _("second factors taken away"),
        "taken": _("taken away"),
    },
)
