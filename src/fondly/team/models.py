"""The business, its people and their roles, API tokens, invitations and the audit log."""

from datetime import datetime
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do. Each role may do all that those after it may."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")


class RowRule(models.TextChoices):
    """Which clients a member sees."""

    ALL = "all", _("All clients")
    OWN = "own", _("Only clients they look after")


class Business(models.Model):
    """The one business an installation serves. Its row is number 1."""

    name = models.CharField(_("name"), max_length=120)
    currency = models.CharField(_("reporting currency"), max_length=3, default="EUR")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    # Monday is 0. A week's minutes are counted on these days.
    workdays = models.JSONField(_("workdays"), default=list)
    members_see = models.CharField(
        _("members see"), max_length=3, choices=RowRule, default=RowRule.ALL
    )
    asks_second_factor = models.BooleanField(
        _("everybody needs a second factor"), default=False
    )
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="business_is_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Business | None":
        """Return the business, or None before the first run's questions are answered."""
        return cls.objects.filter(pk=1).first()


class UserQuerySet(models.QuerySet["User"]):
    """The questions we ask about people."""

    def active(self) -> Self:
        """Keep those who may sign in."""
        return self.filter(is_active=True)

    def owners(self) -> Self:
        """Keep the owners who may sign in."""
        return self.active().filter(role=Role.OWNER)

    def to_be_given_clients(self, *, by: "User", business: "Business | None") -> Self:
        """Keep those whom `by` may give a client to: only themselves, where they see no
        clients but their own."""
        people = self.active().exclude(role=Role.VIEWER)
        return people if by.sees_all(business) else people.filter(pk=by.pk)

    def known_as(self, email: str) -> Self:
        """Keep whoever has this address, however it is capitalised."""
        return self.filter(email__iexact=email.strip())

    def end_sessions(self) -> int:
        """End every session of these people, and return how many people that were."""
        return self.update(session_epoch=models.F("session_epoch") + 1)

    def listed(self) -> Self:
        """Order for the team page: the active first, then by name."""
        return self.order_by("-is_active", "name", "email")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # made on loading
    """Makes people; the e-mail address is their name at sign-in."""

    def create_user(self, email: str, password: str | None = None, **about: Any) -> "User":
        """Return a saved user; without a password they sign in only once they set one."""
        user: User = self.model(email=self.normalize_email(email).lower(), **about)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **about: Any
    ) -> "User":
        """Return a saved owner."""
        return self.create_user(email, password, **{"role": Role.OWNER} | about)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who looks after clients."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.MEMBER)
    capacity_minutes = models.PositiveIntegerField(
        _("minutes a day for clients"), default=120
    )
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), null=True, blank=True)
    # Part of what every session of theirs is checked against: one more, and all have ended.
    session_epoch = models.PositiveIntegerField(default=0)

    objects = UserManager()
    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Tell Django's own admin, which is not installed, that nobody enters."""
        return False

    @property
    def first_name(self) -> str:
        """Return the name to greet with."""
        return (self.name or self.email.split("@")[0]).split()[0]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must carry: it changes with the password and the epoch."""
        held = f"{self.password}:{self.session_epoch}"
        return salted_hmac(
            "fondly.session", held, secret=secret, algorithm="sha256"
        ).hexdigest()

    def may(self, role: str) -> bool:
        """Tell whether this person may do what `role` may."""
        ranks = Role.values
        return self.is_active and ranks.index(self.role) <= ranks.index(role)

    def sees_all(self, business: Business | None) -> bool:
        """Tell whether the row rule shows this person every client."""
        return (
            self.role != Role.MEMBER or not business or business.members_see == RowRule.ALL
        )


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """The questions we ask about invitations."""

    def open(self, now: datetime) -> Self:
        """Keep those that still let somebody in."""
        return self.filter(accepted_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A way in for a colleague: a link, shown once, that expires. Only its hash is kept."""

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.MEMBER)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.email


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """The questions we ask about tokens."""

    def seen_by(self, user: User) -> Self:
        """Keep one's own; owners see everybody's."""
        return self if user.role == Role.OWNER else self.filter(user=user)

    def usable(self, now: datetime) -> Self:
        """Keep those that open something: not revoked, not expired, of an active person."""
        in_time = models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        return self.select_related("user").filter(
            in_time, revoked_at=None, user__is_active=True
        )


class ApiToken(models.Model):
    """A key to the API for a program, with scopes. Only its hash is kept."""

    name = models.CharField(_("name"), max_length=80)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)  # read, write, import
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """The questions we ask of the audit log."""

    def older_than(self, at: datetime, pk: int) -> Self:
        """Keep what comes after the entry (at, pk) when the newest stands first."""
        # The range stands first and alone, so that the index is entered where it begins.
        return self.filter(at__lte=at).filter(models.Q(at__lt=at) | models.Q(pk__lt=pk))


class AuditEntry(models.Model):
    """Who did what to what, and when. Append-only."""

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    what = models.CharField(max_length=60)
    about = models.CharField(max_length=60, blank=True)  # “client 12”, “import 3”
    details = models.JSONField(default=dict)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.what} {self.about}".strip()

    @property
    def words(self) -> str:
        """Return what was done as one reads it: “client handed over”."""
        return self.what.replace(".", " ").replace("_", " ")
