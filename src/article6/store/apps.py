"""The Django app that holds all tables."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class StoreConfig(AppConfig):
    name = "article6.store"
    label = "store"

    def ready(self) -> None:
        connection_created.connect(_read_jsonb_as_values)


def _read_jsonb_as_values(connection: Any, **_: Any) -> None:
    # Django reads jsonb as text, for its own fields; our queries want what it says.
    from psycopg.types.json import JsonbBinaryLoader, JsonbLoader

    connection.connection.adapters.register_loader("jsonb", JsonbLoader)
    connection.connection.adapters.register_loader("jsonb", JsonbBinaryLoader)
