"""What is kept of Parties and of the entities that they identified."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0007_accounts"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("parties", "parties_grants"))
