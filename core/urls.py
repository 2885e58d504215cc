from django.urls import path

from core import picture_views, views
from core.outbox import views as outbox_views

app_name = "core"

urlpatterns = [
    path("outbox/", outbox_views.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox_views.notice, name="notice"),
    path("outbox/<int:pk>/send-again/", outbox_views.notice_send_again, name="notice-send-again"),
    path("audit/", views.audit, name="audit"),
    path("timetable/", views.timetable_page, name="timetable"),
    path("pictures/", picture_views.pictures, name="pictures"),
    path("pictures/add/", picture_views.picture_add, name="picture-add"),
    path("pictures/<uuid:pk>/", picture_views.picture, name="picture"),
    path("pictures/<uuid:pk>/<int:width>/", picture_views.picture, name="picture"),
    path("pictures/<uuid:pk>/edit/", picture_views.picture_edit, name="picture-edit"),
]
