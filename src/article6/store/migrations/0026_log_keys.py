"""The log's signing key can be replaced, and its successor is announced."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0025_information_only"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("log_keys", "log_keys_grants"))
