"""What an entry of the audit log says, in words: what kind of thing, and what happened to it."""

from django.utils.translation import gettext_lazy as _

from core.audit import AuditEntry

# The first half of a verb. Every room's own words; this is the one place that lists them all.
KINDS = {
    "account": _("Account"),
    "agreement": _("Agreement"),
    "aim": _("Aim"),
    "backup": _("Backup"),
    "city": _("City"),
    "contact": _("Contact"),
    "group": _("Group"),
    "house_rule": _("House rule"),
    "invitation": _("Invitation"),
    "needs": _("Needs"),
    "notice": _("Message"),
    "organisation": _("Organisation"),
    "person": _("Person on a visit"),
    "picture": _("Picture"),
    "practice": _("Practice"),
    "problem": _("Problem"),
    "programme": _("Programme"),
    "release": _("Release"),
    "role": _("Role"),
    "session": _("Session"),
    "source": _("Source"),
    "space": _("Space"),
    "term": _("Term"),
    "topic": _("Topic"),
    "undertaking": _("Undertaking"),
    "venue": _("Venue"),
    "visit": _("Visit"),
    "way": _("Travel time"),
}
# The second half.
HAPPENINGS = {
    "accepted": _("accepted"),
    "added": _("added"),
    "address_corrected": _("address corrected"),
    "asked_again": _("to be decided again"),
    "closed": _("closed"),
    "came_back": _("back on the list"),
    "created": _("created"),
    "deleted": _("deleted"),
    "edited": _("changed"),
    "given": _("given"),
    "invitation_withdrawn": _("invitation withdrawn"),
    "invited": _("invited"),
    "invited_again": _("invited again"),
    "left": _("left the list"),
    "made": _("made"),
    "moved": _("moved on"),
    "opened": _("opened again"),
    "part_added": _("part added"),
    "part_edited": _("part changed"),
    "part_moved": _("part moved"),
    "part_removed": _("part removed"),
    "passed": _("allowed to stand"),
    "published": _("published"),
    "read": _("read"),
    "recorded": _("recorded"),
    "registered": _("registered"),
    "removed": _("removed"),
    "restored": _("restored"),
    "second_factor_added": _("second factor added"),
    "second_factor_removed": _("second factor removed"),
    "second_factors_taken": _("second factors taken away"),
    "sent": _("sent"),
    "sent_again": _("sent again"),
    "set": _("set"),
    "shifted": _("moved to other days"),
    "taken": _("taken away"),
    "withdrawn": _("withdrawn"),
    "written": _("written"),
}


def sentence_of(entry: AuditEntry) -> str:
    """ "Practice: published". A word of a time before this list stands as it was stored."""
    kind, _dot, happening = entry.verb.partition(".")
    return f"{KINDS.get(kind, kind)}: {HAPPENINGS.get(happening, happening.replace('_', ' '))}"
