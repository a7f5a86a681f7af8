"""Exchange between registries: keys, peers, messages, transfers."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0018_check_memory"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("exchange", "exchange_grants"))
