"""Corrective action and notices; a correction reaches blocked accounts."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0011_mechanism_acts"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("corrections", "post", "corrections_grants"))
