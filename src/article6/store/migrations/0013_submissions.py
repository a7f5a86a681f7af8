"""The Article 6 database: submissions as received, their acts, rows and results of checks; status of reviews."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0012_corrections"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("submissions", "submissions_grants"))
