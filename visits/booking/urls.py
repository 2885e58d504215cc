from django.urls import path

from visits.booking import views

urlpatterns = [
    path("add/", views.add, name="add"),
    path("<slug:reference>/edit/", views.edit, name="edit"),
    path("<slug:reference>/aims/add/", views.aim_add, name="aim-add"),
    path("<slug:reference>/aims/<uuid:pk>/", views.aim_edit, name="aim-edit"),
    path("<slug:reference>/aims/<uuid:pk>/remove/", views.aim_remove, name="aim-remove"),
]
