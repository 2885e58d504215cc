from django.urls import path

from visits.problems import views

urlpatterns = [
    path("<slug:reference>/programme/", views.programme, name="programme"),
    path("<slug:reference>/problems/pass/", views.pass_problem, name="problem-pass"),
    path("<slug:reference>/problems/ask-again/", views.ask_again, name="problem-ask-again"),
]
