from django.urls import path

from accounts import demonstration_views as views

app_name = "demonstration"

urlpatterns = [
    path("sign-in/<slug:key>/", views.sign_in, name="sign-in"),
    path("mailbox/", views.mails, name="mailbox"),
    path("mailbox/<str:name>/", views.mail, name="mail"),
]
