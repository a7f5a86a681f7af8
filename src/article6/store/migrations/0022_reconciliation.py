"""Reconciliation between registries: comparisons, what differs, what is held, what both signed."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0021_log"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("reconciliation", "reconciliation_grants"))
