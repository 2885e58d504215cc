from django.urls import path

from visits.release import overview, views

urlpatterns = [
    path("", overview.visit_list, name="list"),
    path("<slug:reference>/", overview.visit, name="visit"),
    path("<slug:reference>/itinerary/", views.itinerary, name="itinerary"),
    path("<slug:reference>/preview/", views.preview, name="preview"),
    path("<slug:reference>/publish/", views.publish, name="publish"),
    path("<slug:reference>/releases/", views.releases, name="releases"),
    path("<slug:reference>/releases/<int:number>/", views.release, name="release"),
    path("<slug:reference>/releases/compare/", views.compare_any, name="compare-any"),
    path("<slug:reference>/releases/<int:before>/<int:after>/", views.compare, name="compare"),
]
