"""Who may work on the draft of a programme."""

from visits.delegation.permissions import can_draft, can_see_planning

can_edit_programme = can_draft
can_see_programme = can_see_planning
