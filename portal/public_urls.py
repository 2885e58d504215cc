from django.urls import path

from portal import views

app_name = "public"

urlpatterns = [
    path("", views.first_page, name="first-page"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
]
