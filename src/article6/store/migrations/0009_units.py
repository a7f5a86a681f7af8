"""Underlying units, metrics and purposes; account types, flows and switches that administrators declare."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0008_parties"),)
    operations = tuple(
        migrations.RunSQL(statement(name)) for name in ("units", "declarations", "issue", "units_grants")
    )
