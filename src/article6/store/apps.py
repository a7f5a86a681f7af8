"""The Django app that holds all tables."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created
from django.db.models import JSONField


class StoreConfig(AppConfig):
    name = "article6.store"
    label = "store"

    def ready(self) -> None:
        connection_created.connect(_read_jsonb_as_values)
        for model in apps.get_models():
            for field in model._meta.get_fields():
                if isinstance(field, JSONField):
                    # Read as a value already, see below; Django would read it a second time.
                    vars(field)["from_db_value"] = _as_it_is


def _as_it_is(value: Any, *_how: Any) -> Any:
    return value


def _read_jsonb_as_values(connection: Any, **_: Any) -> None:
    # Django reads jsonb as text, for its own fields; our queries want what it says.
    from psycopg.types.json import JsonbBinaryLoader, JsonbLoader

    connection.connection.adapters.register_loader("jsonb", JsonbLoader)
    connection.connection.adapters.register_loader("jsonb", JsonbBinaryLoader)
