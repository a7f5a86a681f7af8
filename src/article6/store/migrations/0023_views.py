"""Views, instructions and publications between registries."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0022_reconciliation"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("views", "views_grants"))
