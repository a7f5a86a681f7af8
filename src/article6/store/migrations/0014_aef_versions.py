"""Versions of a Party's AEF, what is confidential in it, and explanatory texts."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0013_submissions"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("aef_versions", "aef_versions_grants"))
