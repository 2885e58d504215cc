"""For council staff: cities, organisations, the people in them, venues."""

from django.urls import path

from partners import city_views, views

app_name = "partners"

urlpatterns = [
    path("cities/", city_views.cities, name="cities"),
    path("cities/add/", city_views.city_add, name="city-add"),
    path("cities/<slug:slug>/", city_views.city, name="city"),
    path("cities/<slug:slug>/edit/", city_views.city_edit, name="city-edit"),
    path("cities/<slug:slug>/topics/add/", city_views.topic_add, name="topic-add"),
    path("cities/<slug:slug>/topics/<uuid:pk>/", city_views.topic_edit, name="topic-edit"),
    path("cities/<slug:slug>/topics/<uuid:pk>/remove/", city_views.topic_remove, name="topic-remove"),
    path("cities/<slug:slug>/agreements/add/", city_views.agreement_add, name="agreement-add"),
    path("cities/<slug:slug>/agreements/<uuid:pk>/", city_views.agreement_edit, name="agreement-edit"),
    path("cities/<slug:slug>/agreements/<uuid:pk>/remove/", city_views.agreement_remove, name="agreement-remove"),
    path("cities/<slug:slug>/preview/", city_views.city_preview, name="city-preview"),
    path("cities/<slug:slug>/publish/", city_views.city_publish, name="city-publish"),
    path("cities/<slug:slug>/withdraw/", city_views.city_withdraw, name="city-withdraw"),
    path("cities/<slug:slug>/history/", city_views.city_history, name="city-history"),
    path("cities/<slug:slug>/history/<int:older>-<int:newer>/", city_views.city_difference, name="city-difference"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/add/", views.organisation_add, name="organisation-add"),
    path("organisations/<slug:slug>/", views.organisation, name="organisation"),
    path("organisations/<slug:slug>/edit/", views.organisation_edit, name="organisation-edit"),
    path("people/", views.contacts, name="contacts"),
    path("people/add/", views.contact_add, name="contact-add"),
    path("people/<uuid:pk>/", views.contact, name="contact"),
    path("people/<uuid:pk>/edit/", views.contact_edit, name="contact-edit"),
    path("venues/", views.venues, name="venues"),
    path("venues/add/", views.venue_add, name="venue-add"),
    path("venues/<slug:slug>/", views.venue, name="venue"),
    path("venues/<slug:slug>/edit/", views.venue_edit, name="venue-edit"),
    path("venues/<slug:slug>/spaces/add/", views.space_add, name="space-add"),
    path("venues/<slug:slug>/spaces/<uuid:pk>/", views.space_edit, name="space-edit"),
    path("venues/<slug:slug>/spaces/<uuid:pk>/remove/", views.space_remove, name="space-remove"),
    path("venues/<slug:slug>/rules/add/", views.house_rule_add, name="house-rule-add"),
    path("venues/<slug:slug>/rules/<uuid:pk>/", views.house_rule_edit, name="house-rule-edit"),
    path("venues/<slug:slug>/rules/<uuid:pk>/remove/", views.house_rule_remove, name="house-rule-remove"),
    path("venues/<slug:slug>/opening/", views.opening_edit, name="opening-edit"),
    path("venues/<slug:slug>/ways/add/", views.travel_time_add, name="travel-time-add"),
    path("venues/<slug:slug>/ways/<slug:to>/", views.travel_time_edit, name="travel-time-edit"),
    path("venues/<slug:slug>/ways/<slug:to>/remove/", views.travel_time_remove, name="travel-time-remove"),
]
