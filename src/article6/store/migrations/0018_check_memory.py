"""What the checks remember of the rows of submissions, and of what they said."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0017_approaches"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("check_memory", "check_memory_grants"))
