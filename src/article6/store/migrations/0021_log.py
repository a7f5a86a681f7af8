"""The transparency log."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0020_exchange_ledger"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("log", "log_grants"))
