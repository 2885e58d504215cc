"""The catalogue as editors work on it; everything here asks for sign-in and for the role of an editor."""

from django.urls import path

from practices import catalogue_views, publishing_views, source_views, term_views

app_name = "catalogue"

ENTRY = "practices/<slug:slug>/"
PART = f"{ENTRY}<str:part>/"

urlpatterns = [
    path("", catalogue_views.practice_list, name="list"),
    path("practices/new/", catalogue_views.practice_create, name="practice-create"),
    path(ENTRY, catalogue_views.practice, name="practice"),
    path(f"{ENTRY}edit/", catalogue_views.practice_edit, name="practice-edit"),
    path(f"{ENTRY}picture/", catalogue_views.practice_picture, name="practice-picture"),
    path(f"{ENTRY}publish/", publishing_views.practice_publish, name="practice-publish"),
    path(f"{ENTRY}withdraw/", publishing_views.practice_withdraw, name="practice-withdraw"),
    path(f"{ENTRY}history/", publishing_views.practice_history, name="practice-history"),
    path(f"{ENTRY}compare/", publishing_views.practice_compare, name="practice-compare"),
    path(f"{ENTRY}numbers/<int:number>/", publishing_views.practice_edition, name="practice-edition"),
    path(f"{PART}add/", catalogue_views.part_add, name="part-add"),
    path(f"{PART}<uuid:pk>/edit/", catalogue_views.part_edit, name="part-edit"),
    path(f"{PART}<uuid:pk>/move/", catalogue_views.part_move, name="part-move"),
    path(f"{PART}<uuid:pk>/remove/", catalogue_views.part_remove, name="part-remove"),
    path("terms/", term_views.term_list, name="terms"),
    path("terms/new/", term_views.term_create, name="term-create"),
    path("terms/<slug:slug>/", term_views.term, name="term"),
    path("terms/<slug:slug>/edit/", term_views.term_edit, name="term-edit"),
    path("terms/<slug:slug>/publish/", term_views.term_publish, name="term-publish"),
    path("terms/<slug:slug>/withdraw/", term_views.term_withdraw, name="term-withdraw"),
    path("terms/<slug:slug>/history/", term_views.term_history, name="term-history"),
    path("sources/", source_views.source_list, name="sources"),
    path("sources/new/", source_views.source_register, name="source-register"),
    path("sources/<slug:code>/edit/", source_views.source_edit, name="source-edit"),
]
