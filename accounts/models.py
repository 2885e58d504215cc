"""People who sign in, what they may do, and the invitations with which every account begins."""

import uuid

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.languages import offered


class Role(models.TextChoices):
    """What council staff may do; a guest's part comes with the membership of a visit instead."""

    COORDINATOR = "coordinator", _("Coordinator")
    EDITOR = "editor", _("Editor")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserQuerySet(models.QuerySet):
    def with_role(self, role: str):
        return self.filter(is_active=True, roles__contains=[role])

    def guests(self):
        """Whom a mailed code lets in: no role, and invited to a visit that still counts on them."""
        invited = Invitation.objects.to_a_visit().that_count().filter(user=OuterRef("pk"))
        return self.filter(Exists(invited), is_active=True, roles=[])

    def invited_to_staff(self):
        """Council staff, and those who have been asked to become so."""
        asked = Invitation.objects.to_staff().open().filter(user=OuterRef("pk"))
        return self.filter(Exists(asked) | ~Q(roles=[]), is_active=True)

    def council_accounts(self):
        """Every account that has, had or was offered a role, closed ones too."""
        return self.filter(~Q(roles=[]) | Exists(Invitation.objects.to_staff().filter(user=OuterRef("pk"))))

    def for_list(self):
        factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).filter(user=OuterRef("pk"))
        return self.annotate(has_second_factor=Exists(factors)).prefetch_related("invitations")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str, password: str | None = None, **fields):
        """A person who can sign in; without a password only by mailed code or the council's sign-in."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str):
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=10, choices=offered, default="en")
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    sign_in_stamp = models.UUIDField(default=uuid.uuid4)  # a new one ends every session of this person

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_is_one_person"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(Role.values)), name="accounts_user_roles_are_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_council_staff(self) -> bool:
        return bool(self.roles)

    def has_role(self, role: str) -> bool:
        return self.is_active and role in self.roles

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret=None):
        # Django ends sessions when the password changes; ours end with a change of role as well.
        return salted_hmac(
            "accounts.User.sign_in", f"{self.password}{self.sign_in_stamp}", secret=secret, algorithm="sha256"
        ).hexdigest()


class InvitationQuerySet(models.QuerySet):
    def to_a_visit(self):
        """Without a role: what it carries is a place on the list of a visit."""
        return self.filter(roles=[])

    def to_staff(self):
        return self.exclude(roles=[])

    def that_count(self):
        """Open, or taken up and not withdrawn since."""
        return self.open() | self.in_force()

    def open(self):
        """Sent, and still to be taken up."""
        return self.filter(withdrawn_at__isnull=True, accepted_at__isnull=True, expires_at__gt=timezone.now())

    def in_force(self):
        """Taken up and not withdrawn since: what it carries (a role, a membership) holds."""
        return self.filter(withdrawn_at__isnull=True, accepted_at__isnull=False)


class Invitation(models.Model):
    """How an account begins. It expires, can be withdrawn, and carries what it invites to.

    A guest's invitation carries the membership of a visit: the person on the roster points here,
    and the membership holds while the invitation is in force.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="invitations_sent"
    )
    created_at = models.DateTimeField(default=timezone.now)
    sent_count = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)  # a button was pressed on its page; looking is no proof
    accepted_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(Role.values)), name="accounts_invitation_roles_are_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="accounts_invitation_expires_after_it_is_made"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def is_to_staff(self) -> bool:
        return bool(self.roles)

    @property
    def is_in_force(self) -> bool:
        return bool(self.accepted_at) and not self.withdrawn_at

    @property
    def leads_in(self) -> bool:
        """Whether its link is still good for something; a guest's stays so after it was taken up."""
        return self.user.is_active and (self.is_open or (self.is_in_force and not self.is_to_staff))

    @property
    def is_open(self) -> bool:
        return not self.withdrawn_at and not self.accepted_at and self.expires_at > timezone.now()

    @property
    def state(self) -> str:
        """One word for lists: withdrawn, accepted, expired, opened or sent."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.accepted_at:
            return "accepted"
        if self.expires_at <= timezone.now():
            return "expired"
        return "opened" if self.opened_at else "sent"
