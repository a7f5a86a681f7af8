"""Inventory totals and NDC levels of Parties."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0014_aef_versions"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("levels", "levels_grants"))
