"""Reports issued, reports by the clock, and kept holdings."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0015_inventories"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("statements", "statements_grants"))
