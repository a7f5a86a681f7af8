"""Training: runs, progress, feedback."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0028_drafts"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("training", "training_grants"))
