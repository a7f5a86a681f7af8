"""People: who signs in, with which roles, with which tokens. The ledger's own tables are in sql/tables.sql."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models


class PersonManager(BaseUserManager["Person"]):
    """Looks people up by their login."""


class Person(AbstractBaseUser):
    """A person or a machine client that acts in the registry.

    Kept of a person is what the law needs: a login, a name to stand in the audit, nothing else.
    """

    login = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_machine = models.BooleanField(default=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]


class Membership(models.Model):
    """A role a person has in a section; section 0 is every section."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    section_id = models.SmallIntegerField(default=0)
    role = models.CharField(max_length=30)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "section_id", "role"],
                condition=models.Q(until=None),
                name="membership_once",
            )
        ]


class ApiToken(models.Model):
    """A bearer token; only its SHA-256 is kept."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    label = models.CharField(max_length=100)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=30))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
