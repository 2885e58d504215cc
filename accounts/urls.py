from django.urls import path

from accounts import invitation_views, own_views, views

app_name = "people"

urlpatterns = [
    path("", views.people_list, name="list"),
    path("invite/", views.invite, name="invite"),
    path("<uuid:pk>/", views.person, name="person"),
    path("<uuid:pk>/roles/<slug:role>/give/", views.role_give, name="role-give"),
    path("<uuid:pk>/roles/<slug:role>/take/", views.role_take, name="role-take"),
    path("<uuid:pk>/close/", views.close, name="close"),
    path("<uuid:pk>/open/", views.reopen, name="reopen"),
    path("<uuid:pk>/second-factor/remove/", views.second_factor_remove, name="second-factor-remove"),
    path("<uuid:pk>/invitation/send/", views.invitation_send, name="invitation-send"),
    path("<uuid:pk>/invitation/withdraw/", views.invitation_withdraw, name="invitation-withdraw"),
    path("invitation/<str:token>/", invitation_views.welcome, name="invitation"),
    path("me/", own_views.account, name="account"),
    path("me/sign-out-everywhere/", own_views.sign_out_everywhere, name="sign-out-everywhere"),
    path("me/session/", own_views.session, name="session"),
    path("language/", own_views.language, name="language"),
]
