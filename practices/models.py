"""The catalogue: how the work is done, what visitors can see of it, and on what evidence."""

import uuid
from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.changing import Whole
from core.published import Edition
from core.translated import TranslatedField
from partners.models import Contact, Venue
from practices.search_words import stem, words_in


class SourceQuerySet(models.QuerySet):
    def for_list(self):
        """By number: S10 after S9, not after S1."""
        return self.order_by(Length("code"), "code")


class Source(Whole):
    """Where a fact comes from; a code such as S03 stands beside each claim."""

    code = models.CharField(_("code"), max_length=10, primary_key=True)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("web address"), max_length=500, blank=True)
    published = models.CharField(_("published on, or in the year"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=20, blank=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"


# How many offers of a live edition are open to visitors, counted where it lies.
OFFER_COUNT = models.Func(
    F("live__body"),
    template="jsonb_array_length(jsonb_path_query_array(%(expressions)s, %(open_offers)s))",
    open_offers="""'$.offers[*] ? (@.observation != "never")'""",
    output_field=models.IntegerField(),
)


class CatalogueQuerySet(models.QuerySet):
    def published(self):
        """What the public may read: entries that have a live edition."""
        return self.filter(live__isnull=False).select_related("live")

    def live_editions(self) -> dict[str, str]:
        """The id of the live edition of each published entry, by slug: enough to know what changed."""
        rows = self.filter(live__isnull=False).order_by("slug").values_list("slug", "live_id")
        return {slug: str(edition) for slug, edition in rows}

    def with_words(self, asked: str):
        """Published entries whose live edition has every word, in any language and whatever its ending."""
        found = self.filter(live__isnull=False)
        for word in words_in(asked):
            found = found.filter(live__search_words__contains=f" {stem(word)}")
        return found

    def taken_from_live(self, *names: str, **counts: models.Expression) -> list[dict]:
        """These parts of the live documents, with the words to search in; the rest of each stays unread."""
        parts = {f"part_{name}": KeyTransform(name, "live__body") for name in names}
        parts |= {f"part_{name}": count for name, count in counts.items()}
        rows = self.filter(live__isnull=False).order_by("slug").annotate(search_words=F("live__search_words"), **parts)
        found = rows.values("search_words", *parts)
        return [{key.removeprefix("part_"): value for key, value in row.items()} for row in found]


class PracticeQuerySet(CatalogueQuerySet):
    def known(self):
        """What readers may have a link to: published today, or once and withdrawn."""
        return self.filter(Exists(PracticeEdition.objects.filter(subject=OuterRef("pk")))).select_related("live")

    def public_names(self, ids: Iterable[uuid.UUID]) -> tuple[dict[uuid.UUID, dict], dict[str, dict]]:
        """What these entries are called on their public pages, and what their offers; each by id. One query.

        A draft has no name there, nor has an offer that stands on no page.
        """
        columns = ["pk", KeyTransform("title", "live__body"), KeyTransform("offers", "live__body")]
        rows = list(self.filter(pk__in=ids, live__isnull=False).values_list(*columns))
        titles = {key: title for key, title, _offers in rows}
        return titles, {offer["id"]: offer["title"] for _key, _title, offers in rows for offer in offers or ()}

    def links_to(self, ids: Iterable[str]) -> dict[str, dict]:
        """Those of these entries that are public, as pages link to them: id, slug and live title; by id, one query."""
        rows = self.filter(pk__in=ids, live__isnull=False)
        found = rows.values_list("pk", "slug", KeyTransform("title", "live__body"))
        return {str(key): {"id": str(key), "slug": slug, "title": title} for key, slug, title in found}

    def named_for_editors(self, ids: Iterable[str]) -> dict[str, dict]:
        """As ``links_to``, with those that are not public, under the names of their rows."""
        rows = self.filter(pk__in=ids).annotate(live_title=KeyTransform("title", "live__body"))
        found = rows.values_list("pk", "slug", "live_title", "title")
        return {str(key): {"id": str(key), "slug": slug, "title": live or row} for key, slug, live, row in found}

    def cards(self) -> list[dict]:
        """What lists show of each published entry, without reading the whole of its document."""
        return self.taken_from_live("slug", "kind", "title", "aliases", "how", offer_count=OFFER_COUNT)

    def for_list(self):
        """What editors see: every entry with its live edition, and all rows to compare it with.

        Of editions in an older format the body comes too, since its digest says nothing about today's rows.
        """
        older = Case(When(live__format__lt=PracticeEdition.FORMAT, then=F("live__body")))
        rows = self.with_parts().select_related("live").defer("live__body", "live__search_words")
        return rows.annotate(older_body=older)

    def with_parts(self):
        """All rows that an edition is written from, at a constant number of queries."""
        return self.select_related("picture").prefetch_related(
            "parts", "offers__hosts", "offers__venue", "rules", "evidence__sources", "readings__source", "related"
        )


class Practice(Whole):
    class Kind(models.TextChoices):
        APPROACH = "approach", _("approach")
        MODEL = "model", _("model")
        SERVICE = "service", _("service")
        PROGRAMME = "programme", _("programme")
        PLACE = "place", _("place")
        ORGANISATION = "organisation", _("organisation")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = TranslatedField(_("title"))
    aliases = ArrayField(models.CharField(max_length=120), verbose_name=_("other names"), default=list, blank=True)
    summary = TranslatedField(_("what it is"), long=True)
    how = TranslatedField(_("how it is done"), long=True)
    question = TranslatedField(_("a question for your own practice"), long=True)
    related = models.ManyToManyField("self", symmetrical=False, blank=True, verbose_name=_("related entries"))
    picture = models.ForeignKey(
        "core.Picture", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("picture")
    )
    provenance = models.JSONField(_("where it comes from"), default=dict, blank=True)
    live = models.OneToOneField(
        "PracticeEdition", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice")
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("practices:practice", args=[self.slug])


class SearchedEdition(Edition):
    search_words = models.TextField(
        blank=True
    )  # every word in every language, in plain letters: see practices.search_words

    class Meta(Edition.Meta):
        abstract = True


class PracticeEdition(SearchedEdition):
    FORMAT = 2  # of what is written today: see practices.editions

    subject = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="editions")

    class Meta(SearchedEdition.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="practices_edition_number_once")]


class PracticePart(models.Model):
    """A row of the entry that takes one text: key ideas, steps, headings with a question, milestones."""

    class Kind(models.TextChoices):
        IDEA = "idea", _("key idea")
        STEP = "step", _("step")
        QUESTION = "question", _("heading with its question")
        MILESTONE = "milestone", _("milestone")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.IDEA)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    label = TranslatedField(_("name of the step, heading or judgement"), blank=True)
    when = models.CharField(_("year, for a milestone"), max_length=20, blank=True)
    text = TranslatedField(_("text"), long=True)
    provenance = ArrayField(
        models.CharField(max_length=10), verbose_name=_("where it comes from"), default=list, blank=True
    )

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.label or self.text)


class OfferQuerySet(models.QuerySet):
    def for_programme(self):
        """What may enter a programme; an offer that is never observed may not."""
        return self.exclude(observation=Offer.Observation.NEVER).select_related("practice", "venue")


class Offer(models.Model):
    """A way in which visitors can see a practice."""

    class Format(models.TextChoices):
        BRIEFING = "briefing", _("briefing")
        CONVERSATION = "conversation", _("conversation")
        COURTROOM_ORIENTATION = "courtroom_orientation", _("courtroom orientation")
        FORM_REVIEW = "form_review", _("form review")
        PANEL = "panel", _("panel")
        PLAN_CLINIC = "plan_clinic", _("plan clinic")
        PRE_BRIEF_AND_DEBRIEF = "pre_brief_and_debrief", _("pre-brief and debrief")
        REFLECTIVE_CONVERSATION = "reflective_conversation", _("reflective conversation")
        RESOURCE_SESSION = "resource_session", _("resource session")
        SCHOOL_OR_TEAM_VISIT = "school_or_team_visit", _("school or team visit")
        SITE_VISIT = "site_visit", _("site visit")
        TEAM_MEETING_OBSERVATION = "team_meeting_observation", _("team-meeting observation")
        WALKING_VISIT = "walking_visit", _("walking visit")
        WORKSHOP = "workshop", _("workshop")

    class Observation(models.TextChoices):
        BRIEFING = "briefing", _("told about, not watched")
        SIMULATED = "simulated", _("simulated")
        OBSERVED = "observed", _("observed with consent")
        NEVER = "never", _("never open to visitors")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="offers")
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    title = TranslatedField(_("title"))
    text = TranslatedField(_("what visitors see or do"), long=True)
    format = models.CharField(_("format"), max_length=30, choices=Format)
    minutes = models.PositiveSmallIntegerField(_("usual length in minutes"))
    group_max = models.PositiveSmallIntegerField(_("largest group"))
    observation = models.CharField(_("observation"), max_length=20, choices=Observation)
    venue = models.ForeignKey(
        Venue, null=True, blank=True, on_delete=models.SET_NULL, related_name="offers", verbose_name=_("usual venue")
    )
    hosts = models.ManyToManyField(Contact, blank=True, related_name="offers", verbose_name=_("usual hosts"))
    provenance = ArrayField(
        models.CharField(max_length=10), verbose_name=_("where it comes from"), default=list, blank=True
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__range=(5, 720)), name="practices_offer_lasts_a_while"),
            models.CheckConstraint(condition=Q(group_max__gte=1), name="practices_offer_takes_somebody"),
        ]

    def __str__(self) -> str:
        return str(self.title)


class Rule(models.Model):
    """What is asked of observers, why, and whom to ask when unsure."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    text = TranslatedField(_("rule"), long=True)
    reason = TranslatedField(_("why"), long=True)
    contact_role = TranslatedField(_("whom to ask"))
    provenance = ArrayField(
        models.CharField(max_length=10), verbose_name=_("where it comes from"), default=list, blank=True
    )

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.text)


class Evidence(models.Model):
    """One claim, its sources, and the caveat that belongs beside it. Only what is sourced is published."""

    class Status(models.TextChoices):
        SOURCED = "sourced", _("sourced")
        UNVERIFIED = "unverified", _("not verified")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="evidence")
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    text = TranslatedField(_("claim"), long=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.UNVERIFIED)
    caveat = TranslatedField(_("caveat"), blank=True, long=True)
    sources = models.ManyToManyField(Source, blank=True, related_name="+", verbose_name=_("sources"))

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.text)

    @property
    def is_published(self) -> bool:
        """Whether an edition may hold it; asks for the sources, which ``with_parts`` has read."""
        return self.status == self.Status.SOURCED and bool(self.sources.all())


class Reading(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="readings")
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("source")
    )

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class TermQuerySet(CatalogueQuerySet):
    def cards(self) -> list[dict]:
        return self.taken_from_live("slug", "term", "abbreviation", "area", "definition", "equivalence", "confidence")

    def for_list(self):
        return self.select_related("live").defer("live__body", "live__search_words")


class Term(Whole):
    """A word of British social work or local government, for visitors from elsewhere."""

    class Area(models.TextChoices):
        CARE = "care", _("children in care")
        COUNCIL = "council", _("the council")
        COURT = "court", _("court")
        EARLY_HELP = "early help", _("early help")
        EDUCATION = "education", _("education")
        INSPECTION = "inspection", _("inspection")
        LAW = "law", _("law")
        PRACTICE = "practice", _("ways of working")
        PROTECTION = "protection", _("protection of children")
        VISIT = "visit", _("a study visit")

    class Equivalence(models.TextChoices):
        EXACT = "exact", _("the same thing exists")
        NEAR = "near", _("something similar exists")
        NONE = "none", _("no such thing exists")

    class Confidence(models.TextChoices):
        HIGH = "high", _("sure")
        MEDIUM = "medium", _("fairly sure")
        LOW = "low", _("not sure")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    term = TranslatedField(_("term"))
    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True)
    area = models.CharField(_("area"), max_length=40, choices=Area)
    definition = TranslatedField(_("what it means"), long=True)
    # By language: {"cs": "near"}.
    equivalence = models.JSONField(_("is there such a thing in the other country?"), default=dict, blank=True)
    confidence = models.JSONField(_("how sure is the translation?"), default=dict, blank=True)
    provenance = ArrayField(
        models.CharField(max_length=10), verbose_name=_("where it comes from"), default=list, blank=True
    )
    live = models.OneToOneField(
        "TermEdition", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.term)


class TermEdition(SearchedEdition):
    subject = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="editions")

    class Meta(SearchedEdition.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="practices_term_number_once")]
