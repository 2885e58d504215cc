"""The catalogue as everybody reads it: what is published, and nothing else."""

from django.urls import path

from practices import views

app_name = "practices"

urlpatterns = [
    path("", views.practice_list, name="list"),
    path("search/", views.search, name="search"),
    path("glossary/", views.glossary, name="glossary"),
    path("<slug:slug>/", views.practice, name="practice"),
]
