from django.urls import path

from core import picture_views

app_name = "core"

urlpatterns = [
    path("pictures/", picture_views.pictures, name="pictures"),
    path("pictures/add/", picture_views.picture_add, name="picture-add"),
    path("pictures/<uuid:pk>/", picture_views.picture, name="picture"),
    path("pictures/<uuid:pk>/<int:width>/", picture_views.picture, name="picture"),
    path("pictures/<uuid:pk>/edit/", picture_views.picture_edit, name="picture-edit"),
]
