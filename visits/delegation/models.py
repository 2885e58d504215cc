"""The people who come, as far as a programme depends on them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Invitation
from core.audit import EVERYTHING
from core.nested_rows import NestedRows
from core.translated import TranslatedField
from visits.booking.models import Visit


class Group(models.Model):
    """Part of a delegation, for sessions that run side by side."""

    private_in_audit = EVERYTHING

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="groups")
    name = TranslatedField(_("name of the group"))

    class Meta:
        ordering = ["visit", "id"]

    def __str__(self) -> str:
        return str(self.name)


class PersonQuerySet(models.QuerySet):
    def here(self):
        """Still coming: nobody who has left the list."""
        return self.filter(left_at__isnull=True)

    def members(self, user):
        """The places on rosters that this user holds today; a student's ends on a set date by itself."""
        return self.here().filter(
            Q(access_ends_on__isnull=True) | Q(access_ends_on__gte=timezone.localdate()),
            invitation__user=user,
            invitation__accepted_at__isnull=False,
            invitation__withdrawn_at__isnull=True,
        )

    def invited(self):
        """Who can read the visit's releases, or could once they open their invitation."""
        return self.here().filter(invitation__isnull=False, invitation__withdrawn_at__isnull=True)

    def for_list(self):
        """With group and account, and as ``undertaking_list`` what they have promised, the newest first."""
        promised = Undertaking.objects.filter(person=OuterRef("pk"))
        columns = [field.name for field in Undertaking._meta.concrete_fields if field.name != "person"]
        return self.select_related("group", "invitation__user").annotate(
            undertaking_list=NestedRows(promised, *columns)
        )


class Person(models.Model):
    """One place on the roster of a visit. The account comes with the invitation, if there is one."""

    private_in_audit = EVERYTHING

    class Part(models.TextChoices):
        LEAD = "lead", _("Delegation lead")
        DELEGATE = "delegate", _("Delegate")
        INTERPRETER = "interpreter", _("Interpreter")
        STUDENT = "student", _("Placement student")

    class English(models.TextChoices):
        NONE = "none", pgettext_lazy("level of English", "none")
        BASIC = "basic", _("basic")
        GOOD = "good", _("good")
        FLUENT = "fluent", _("fluent")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="people")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=120)
    part = models.CharField(_("part in the visit"), max_length=20, choices=Part, default=Part.DELEGATE)
    profession = TranslatedField(_("profession"), blank=True)
    organisation = models.CharField(_("organisation at home"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    language = models.CharField(_("reads the programme in"), max_length=10, default="en")
    languages = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, verbose_name=_("speaks, or interprets between")
    )
    english = models.CharField(_("level of English"), max_length=10, choices=English, default=English.GOOD)
    days = ArrayField(models.DateField(), default=list, blank=True, verbose_name=_("days present"))  # empty: every day
    group = models.ForeignKey(
        Group, null=True, blank=True, on_delete=models.SET_NULL, related_name="people", verbose_name=_("group")
    )
    invitation = models.OneToOneField(
        Invitation, null=True, blank=True, on_delete=models.SET_NULL, related_name="person", editable=False
    )
    access_ends_on = models.DateField(_("access ends on"), null=True, blank=True)  # a placement student's last day
    left_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.UUIDField(null=True, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(part="lead", left_at__isnull=True),
                name="visits_person_one_lead_in_a_delegation",
            ),
            models.CheckConstraint(
                condition=~Q(part="student") | Q(access_ends_on__isnull=False),
                name="visits_person_a_student_has_an_end_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_there_on(self, day) -> bool:
        return not self.days or day in self.days

    @property
    def reads_in(self) -> str:
        """The language that they chose themselves; until they have been here, the one on the list."""
        user = self.invitation.user if self.invitation else None
        return user.language if user and user.last_login else self.language

    @property
    def counts_as_guest(self) -> bool:
        return self.part in {self.Part.LEAD, self.Part.DELEGATE}


class Need(models.Model):
    """What a person needs, never why. Read only through ``delegation.needs``, which asks for the role."""

    private_in_audit = EVERYTHING

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="need", primary_key=True)
    access = models.TextField(_("access: what is needed"), max_length=1000, blank=True)
    meals = models.TextField(_("meals: what is needed"), max_length=1000, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.UUIDField(null=True, editable=False)

    def __str__(self) -> str:
        return f"needs of {self.person_id}"


class Undertaking(models.Model):
    """A confidentiality promise received from a person: which version, in which language, when, recorded by whom."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="undertakings")
    version = models.CharField(_("version"), max_length=20)
    language = models.CharField(_("read in"), max_length=10)
    received_on = models.DateField(_("received on"))
    recorded_by = models.UUIDField(null=True, editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-received_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="visits_undertaking_version_once_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.language} {self.received_on}"
