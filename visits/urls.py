"""Every address under /visits/, room by room."""

from visits.booking.urls import urlpatterns as booking
from visits.delegation.urls import urlpatterns as delegation
from visits.problems.urls import urlpatterns as problems
from visits.programme.urls import urlpatterns as programme
from visits.release.urls import urlpatterns as release

app_name = "visits"

urlpatterns = [*booking, *delegation, *programme, *problems, *release]
