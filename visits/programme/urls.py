from django.urls import path

from visits.programme import views

urlpatterns = [
    path("<slug:reference>/programme/offers/", views.offers, name="programme-offers"),
    path("<slug:reference>/programme/offers/<uuid:pk>/", views.take, name="programme-take"),
    path("<slug:reference>/programme/add/<slug:kind>/", views.add, name="programme-add"),
    path("<slug:reference>/programme/shift/", views.shift, name="programme-shift"),
    path("<slug:reference>/programme/<uuid:pk>/", views.edit, name="programme-edit"),
    path("<slug:reference>/programme/<uuid:pk>/move/", views.move, name="programme-move"),
    path("<slug:reference>/programme/<uuid:pk>/remove/", views.remove, name="programme-remove"),
]
