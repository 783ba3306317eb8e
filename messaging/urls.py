from django.urls import path

from messaging import views

urlpatterns = [
    path("media/<str:key>/", views.media, name="media"),
    path("media/<str:key>/playable/", views.playable, name="playable"),
]
