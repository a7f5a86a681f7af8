"""Sums of the journal's movements for the pictures of the public face."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0030_preferences"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("reading", "reading_grants"))
