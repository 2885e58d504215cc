"""Every address of the portal. Public pages carry their language in the address."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from core import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("account/", include("accounts.sign_in_urls")),  # allauth, less what nobody may do here
    path("people/", include("accounts.urls")),
    path("catalogue/", include("practices.catalogue_urls")),
    path("places/", include("partners.urls")),
    path("visits/", include("visits.urls")),
    path("", include("core.urls")),
    path("", include("portal.urls")),
]

if settings.DEMONSTRATION:
    urlpatterns += [path("demonstration/", include("accounts.demonstration_urls"))]

urlpatterns += i18n_patterns(
    path("practices/", include("practices.urls")),
    path("cities/", include("partners.cities_urls")),
    path("", include("portal.public_urls")),
    prefix_default_language=False,
)

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "core.unavailable.server_error"
