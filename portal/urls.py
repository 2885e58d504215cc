from django.urls import path

from portal import views

app_name = "portal"

urlpatterns = [
    path("start/", views.start, name="start"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
