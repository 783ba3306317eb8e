from django.contrib.auth.views import LogoutView
from django.urls import path

from sessions.views import pages, people, replies, transitions

urlpatterns = [
    path("", pages.inbox, name="inbox"),
    path("sessions/since/", pages.since, name="since"),
    path("sessions/<int:pk>/", pages.session, name="session"),
    path("sessions/<int:pk>/accept/", transitions.accept, name="accept"),
    path("sessions/<int:pk>/reply/", replies.reply, name="reply"),
    path("sessions/<int:pk>/transfer/", transitions.transfer, name="transfer"),
    path("sessions/<int:pk>/end/", transitions.end, name="end"),
    path("sessions/<int:pk>/read/", replies.read, name="read"),
    path("preferences/", people.preferences, name="preferences"),
    path("login/", people.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
