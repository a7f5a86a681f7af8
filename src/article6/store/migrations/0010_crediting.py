"""A crediting programme's registry: labels on units."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0009_units"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("crediting", "crediting_grants"))
