from django.urls import path

from portal import views

app_name = "public"

urlpatterns = [path("", views.first_page, name="first-page")]
