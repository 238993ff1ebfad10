"""The front door: every app hangs its own pages here."""

from django.urls import URLPattern, URLResolver, include, path

from fondly.base.practice import practices
from fondly.site import views
from fondly.site.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("theme/", views.theme, name="theme"),
    path("today/", include("fondly.today.urls")),
    path("api/v1/", api.urls),
    path("", include("fondly.clients.urls")),
    path("", include("fondly.touches.urls")),
    path("", include("fondly.insight.urls")),
    path("", include("fondly.intake.urls")),
    path("", include("fondly.team.urls")),
    path("accounts/", include("fondly.team.sign_in.urls")),
    *(path(f"{p.slug}/", include(p.urls)) for p in practices() if p.urls),
]
