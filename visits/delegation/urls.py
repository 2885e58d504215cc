from django.urls import path

from visits.delegation import status_views, views

urlpatterns = [
    path("<slug:reference>/move/", status_views.move, name="move"),
    path("<slug:reference>/people/", views.people, name="people"),
    path("<slug:reference>/people/needs/", views.needs, name="needs"),
    path("<slug:reference>/people/invite/", views.invite_all, name="invite-all"),
    path("<slug:reference>/people/add/", views.person_add, name="person-add"),
    path("<slug:reference>/people/<uuid:pk>/", views.person_edit, name="person-edit"),
    path("<slug:reference>/people/<uuid:pk>/remove/", views.person_remove, name="person-remove"),
    path("<slug:reference>/people/<uuid:pk>/restore/", views.person_restore, name="person-restore"),
    path("<slug:reference>/people/<uuid:pk>/needs/", views.person_needs, name="person-needs"),
    path("<slug:reference>/people/<uuid:pk>/undertaking/", views.undertaking, name="undertaking"),
    path(
        "<slug:reference>/people/<uuid:pk>/undertaking/<int:number>/remove/",
        views.undertaking_remove,
        name="undertaking-remove",
    ),
    path("<slug:reference>/people/<uuid:pk>/invite/", views.invite, name="invite"),
    path("<slug:reference>/people/<uuid:pk>/withdraw/", views.invitation_withdraw, name="invitation-withdraw"),
    path("<slug:reference>/people/<uuid:pk>/address/", views.address, name="address"),
    path("<slug:reference>/groups/add/", views.group_add, name="group-add"),
    path("<slug:reference>/groups/<uuid:pk>/", views.group_edit, name="group-edit"),
    path("<slug:reference>/groups/<uuid:pk>/remove/", views.group_remove, name="group-remove"),
]
