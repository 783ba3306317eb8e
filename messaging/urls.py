from django.contrib import admin
from django.urls import path

from messaging import health, views

# To be included before Django's admin, which answers everything below /admin/.
urlpatterns = [
    path("media/<str:key>/", views.media, name="media"),
    path("media/<str:key>/playable/", views.playable, name="playable"),
    path("customers/<int:pk>/picture/<str:key>/", views.picture, name="picture"),
    path("shared/<str:token>/<path:name>", views.shared, name="shared"),
    path("admin/health/", admin.site.admin_view(health.health), name="health"),
    path(
        "admin/health/<int:pk>/pull-now/", admin.site.admin_view(health.pull_now), name="pull_now"
    ),
    path(
        "admin/health/<int:pk>/read-again/",
        admin.site.admin_view(health.read_again),
        name="read_again",
    ),
]
