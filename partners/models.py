"""Everybody and everywhere we work with, abroad and at home."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.fields.json import KeyTransform
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from core.changing import Whole
from core.published import Edition
from core.translated import TranslatedField


class CityQuerySet(models.QuerySet):
    def published(self):
        return self.filter(live__isnull=False).select_related("live")

    def live_editions(self) -> dict[str, str]:
        """The id of the live edition of each published city, by slug: enough to know what changed."""
        rows = self.filter(live__isnull=False).order_by("slug").values_list("slug", "live_id")
        return {slug: str(edition) for slug, edition in rows}

    def public_name(self, city: "City") -> dict[str, str]:
        """What its public page calls it; a city without one goes by the name of its row. One query."""
        live = self.filter(pk=city.pk, live__isnull=False).values_list(KeyTransform("name", "live__body"), flat=True)
        return live.first() or city.name

    def abroad(self):
        return self.exclude(status=City.Status.HOME)

    def home(self):
        """Our own city; the first organisation on the way belongs to it, and its clock stands on every city page."""
        return self.filter(status=City.Status.HOME)

    def with_parts(self):
        """All rows that an edition is written from, at a constant number of queries."""
        return self.select_related("picture").prefetch_related("topics", "agreements")

    def for_list(self):
        """What editors see: every city with the edition that is live."""
        return self.select_related("live").defer("live__body")


class City(Whole):
    private_in_audit = {"staff_note"}  # words meant for colleagues

    class Status(models.TextChoices):
        HOME = "home", _("our own city")
        PARTNER = "partner", _("partner city")
        PARTNER_THROUGH = "partner_through", _("partner city through a former borough")
        FRIENDSHIP = "friendship", _("friendship city")
        HISTORIC = "historic", _("historic partner city")
        UNCERTAIN = "uncertain", _("link to be confirmed")

    class Entry(models.TextChoices):
        ETA = "eta", _("Electronic Travel Authorisation")
        VISA = "visa", _("visitor visa")
        COMMON_TRAVEL_AREA = "common_travel_area", _("Common Travel Area")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = TranslatedField(_("name"))
    local_name = models.CharField(_("name in its own language"), max_length=120, blank=True)
    local_language = models.CharField(_("language of that name"), max_length=10, blank=True)
    second_local_name = models.CharField(_("name in a second language of the city"), max_length=120, blank=True)
    second_local_language = models.CharField(_("language of the second name"), max_length=10, blank=True)
    country = CountryField(_("country"))
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60)
    status = models.CharField(_("our link with it"), max_length=20, choices=Status, default=Status.PARTNER)
    certainty = TranslatedField(_("how certain the link is"), blank=True)
    partner_since = models.PositiveSmallIntegerField(_("linked since the year"), null=True, blank=True)
    since_words = TranslatedField(_("since when, in words"), blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    interpreter_language = models.CharField(max_length=10, blank=True)
    entry = models.CharField(_("entry to the United Kingdom"), max_length=20, choices=Entry, blank=True)
    entry_summary = TranslatedField(_("entry note"), blank=True, long=True)
    entry_checked_on = models.DateField(_("entry note checked on"), null=True, blank=True)
    summary = TranslatedField(_("about the city and our work together"), blank=True, long=True)
    staff_note = models.TextField(_("note for staff"), blank=True, max_length=4000)
    picture = models.ForeignKey("core.Picture", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    provenance = models.JSONField(default=dict, blank=True)
    live = models.OneToOneField(
        "CityEdition", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = CityQuerySet.as_manager()

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="partners_city_lies_on_earth",
            ),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="home"), name="partners_city_only_one_is_our_own"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("cities:city", args=[self.slug])


class CityEdition(Edition):
    subject = models.ForeignKey(City, on_delete=models.CASCADE, related_name="editions")

    class Meta(Edition.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="partners_city_number_once")]


class CityTopic(models.Model):
    """Something that the two cities work on together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="topics")
    position = models.PositiveSmallIntegerField(default=0)
    name = TranslatedField(_("topic"))

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.name)


class Agreement(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="agreements")
    year = models.PositiveSmallIntegerField(_("year"))
    on = models.DateField(_("day, where known"), null=True, blank=True)
    what = TranslatedField(_("what was agreed"))
    sources = ArrayField(models.CharField(max_length=10), default=list, blank=True)

    class Meta:
        ordering = ["year", "on", "id"]

    def __str__(self) -> str:
        return f"{self.year}: {self.what}"


class OrganisationQuerySet(models.QuerySet):
    def for_list(self):
        """With its city, and how many venues it has and how many people we know there today."""
        today = timezone.localdate()
        known = Q(contacts__ends_on__isnull=True) | Q(contacts__ends_on__gte=today)
        return self.select_related("city").annotate(
            venue_count=Count("venues", distinct=True), contact_count=Count("contacts", filter=known, distinct=True)
        )


class Organisation(Whole):
    class Kind(models.TextChoices):
        COUNCIL = "council", _("council")
        CHARITY = "charity", _("charity")
        UNIVERSITY = "university", _("university")
        COURT = "court", _("court")
        SCHOOL = "school", _("school")
        OTHER = "other", _("other")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="organisations")
    name = TranslatedField(_("name"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.COUNCIL)
    about = TranslatedField(_("what it does"), blank=True, long=True)
    provenance = models.JSONField(default=dict, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("partners:organisation", args=[self.slug])


class VenueQuerySet(models.QuerySet):
    def for_list(self):
        return self.select_related("organisation__city").prefetch_related("spaces")

    def for_page(self):
        """With all that a venue's page shows, at a constant number of queries."""
        return self.select_related("organisation__city").prefetch_related(
            "spaces", "house_rules", "opening_hours", "usual_hosts__organisation"
        )


class Venue(Whole):
    """A place of an organisation: which door, who may enter how, what to know inside."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="venues")
    name = TranslatedField(_("name"))
    kind = TranslatedField(_("kind of place"), blank=True)
    address = models.CharField(_("address"), max_length=200)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    precision = models.CharField(_("how exact the point is"), max_length=200, blank=True)
    entrance = TranslatedField(_("which door, and how to get in"), blank=True, long=True)
    access = TranslatedField(_("access: steps, lift, toilets, hearing loop"), blank=True, long=True)
    provenance = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.UUIDField(null=True, editable=False)

    objects = VenueQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="partners_venue_lies_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("partners:venue", args=[self.slug])


class HouseRule(models.Model):
    """What a venue asks of visitors, with the reason for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="house_rules")
    position = models.PositiveSmallIntegerField(default=0)
    text = TranslatedField(_("rule"))
    reason = TranslatedField(_("why"))

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.text)


class OpeningHours(models.Model):
    """From when until when a venue is open on one day of the week, as its own clock shows."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("day of the week"))  # Monday is 0, as in datetime
    opens = models.TimeField(_("opens at"))
    closes = models.TimeField(_("closes at"))

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="partners_opening_is_on_a_weekday"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="partners_opening_opens_before_it_closes"),
            models.UniqueConstraint(fields=["venue", "weekday", "opens"], name="partners_opening_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens:%H:%M}-{self.closes:%H:%M}"


class SpaceQuerySet(models.QuerySet):
    def only_one_of(self, venue_id: uuid.UUID | None) -> "Space | None":
        """The room of a venue that has just one."""
        found = list(self.filter(venue=venue_id)[:2])
        return found[0] if len(found) == 1 else None


class Space(models.Model):
    """A room, or another bookable part of a venue."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="spaces")
    name = TranslatedField(_("name"))
    capacity = models.PositiveSmallIntegerField(_("how many people it holds"))
    note = TranslatedField(_("how to find it, what it has"), blank=True)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ["venue", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gte=1), name="partners_space_holds_somebody"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class ContactQuerySet(models.QuerySet):
    def current(self):
        today = timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))

    def hosts(self):
        return self.current().filter(gives_sessions=True)

    def for_list(self):
        return self.select_related("organisation__city", "usual_venue")


class Contact(models.Model):
    """A person in an organisation. A host is a contact who gives sessions; no account is needed."""

    private_in_audit = {"name", "email", "phone"}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True, null=True, blank=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    role = TranslatedField(_("role, as guests should read it"))
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    gives_sessions = models.BooleanField(_("gives sessions as a host"), default=False)
    usual_venue = models.ForeignKey(
        Venue,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="usual_hosts",
        verbose_name=_("usual venue"),
    )
    starts_on = models.DateField(_("contact since"), null=True, blank=True)
    ends_on = models.DateField(_("contact until"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.UUIDField(null=True, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(starts_on__lte=F("ends_on")),
                name="partners_contact_starts_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:contact", args=[self.pk])

    @property
    def is_current(self) -> bool:
        """Whether they are still where we know them from."""
        return self.ends_on is None or self.ends_on >= timezone.localdate()


class TravelTimeQuerySet(models.QuerySet):
    def from_venue(self, venue: Venue):
        """The travel times that begin or end there, with both ends."""
        travel_times = self.filter(Q(origin=venue) | Q(destination=venue))
        return travel_times.select_related("origin", "destination")

    def between(self, venue: Venue, slug: str):
        """The travel time between a venue and another, of which the slug is known."""
        ends = Q(origin=venue, destination__slug=slug) | Q(destination=venue, origin__slug=slug)
        return self.filter(ends).select_related("origin", "destination")


class TravelTime(models.Model):
    """How long a group needs between two venues, in either direction. Minutes throughout."""

    class Mode(models.TextChoices):
        WALK = "walk", _("on foot")
        TAXI = "taxi", _("by taxi")
        MINIBUS = "minibus", _("by minibus")

    origin = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="+")
    destination = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="+")
    straight_km = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    road_km = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    walk_minutes = models.PositiveSmallIntegerField(_("minutes on foot"), null=True, blank=True)
    taxi_minutes = models.PositiveSmallIntegerField(_("minutes by taxi"), null=True, blank=True)
    plan_minutes = models.PositiveSmallIntegerField(_("minutes to plan, with getting in and out"))
    measured_minutes = models.PositiveSmallIntegerField(_("minutes measured once"), null=True, blank=True)
    measured_mode = models.CharField(_("measured how"), max_length=10, choices=Mode, blank=True)
    measured_on = models.DateField(_("measured on"), null=True, blank=True)
    provenance = ArrayField(models.CharField(max_length=10), default=list, blank=True)

    objects = TravelTimeQuerySet.as_manager()

    class Meta:
        constraints = [
            # Stored in one direction only, so that two venues have one travel time.
            models.CheckConstraint(
                condition=Q(origin__lt=F("destination")), name="partners_travel_is_stored_one_way_round"
            ),
            models.UniqueConstraint(fields=["origin", "destination"], name="partners_travel_stands_once"),
            models.CheckConstraint(condition=Q(plan_minutes__gte=1), name="partners_travel_takes_time"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_minutes} min"

    def other_end(self, venue: Venue) -> Venue:
        return self.destination if self.origin_id == venue.pk else self.origin
