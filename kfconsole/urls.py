from django.contrib import admin
from django.urls import include, path

from kfconsole import health

urlpatterns = [
    path("", include("sessions.urls")),
    path("", include("messaging.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
