"""Row-level security: a session sees of the sections' tables what its sections are, and by default nothing."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0005_values"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("sight", "post", "issue", "sight_grants"))
