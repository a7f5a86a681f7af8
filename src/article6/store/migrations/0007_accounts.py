"""Who may act: changes of roles, account requests, representatives, trusted accounts."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0006_sight"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("accounts", "post", "accounts_grants"))
