"""The front door: every app hangs its own pages here."""

from django.urls import URLPattern, URLResolver, include, path

from fondly.base.practice import practices

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    *(path(f"{p.slug}/", include(p.urls)) for p in practices() if p.urls),
]
