"""Public: the cities that we work with."""

from django.urls import path

from partners import city_pages

app_name = "cities"

urlpatterns = [
    path("", city_pages.cities, name="cities"),
    path("<slug:slug>/", city_pages.city, name="city"),
]
