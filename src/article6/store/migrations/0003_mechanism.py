"""The mechanism registry: participants, host Parties' statements, CERs taken over, fees."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0002_ledger"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("mechanism", "mechanism_grants"))
