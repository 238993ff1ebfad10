"""Addresses of the settings, the team and the ways in."""

from django.urls import path

from fondly.team.views import entrance, people, settings, tokens

app_name = "team"
urlpatterns = [
    path("welcome/", entrance.welcome, name="welcome"),
    path("invitation/", entrance.accept, name="accept"),
    path("invitation/<str:secret>/", entrance.invitation, name="invitation"),
    path("profile/", settings.profile, name="profile"),
    path("profile/end-sessions/", settings.end_own_sessions, name="end_own_sessions"),
    path("settings/", settings.index, name="settings"),
    path("settings/business/", settings.business, name="business"),
    path("settings/team/", people.team, name="team"),
    path("settings/team/invite/", people.invite, name="invite"),
    path(
        "settings/team/invitations/<int:invitation_id>/withdraw/",
        people.withdraw,
        name="withdraw",
    ),
    path("settings/team/<int:person_id>/", people.person, name="person"),
    path("settings/team/<int:person_id>/deactivate/", people.deactivate, name="deactivate"),
    path("settings/team/<int:person_id>/reactivate/", people.reactivate, name="reactivate"),
    path("settings/team/<int:person_id>/reset-link/", people.reset_link, name="reset_link"),
    path(
        "settings/team/<int:person_id>/end-sessions/",
        people.end_sessions,
        name="end_sessions",
    ),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/<int:token_id>/revoke/", tokens.revoke, name="revoke"),
    path("settings/audit/", settings.audit, name="audit"),
]
