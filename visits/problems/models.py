from django.db import models
from django.utils import timezone

from visits.booking.models import Visit


class PassedProblem(models.Model):
    """An *ask* that a professional has answered: this problem may stand, for this reason."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="passed_problems")
    key = models.CharField(max_length=200)  # what was found and about what; a changed fact makes a new key
    reason = models.CharField(max_length=500)
    by_user = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "key"], name="visits_problem_is_passed_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="visits_problem_is_passed_with_a_reason"),
        ]

    def __str__(self) -> str:
        return self.key
