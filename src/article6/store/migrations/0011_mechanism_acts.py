"""The mechanism registry's remaining acts: fees given back."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0010_crediting"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("mechanism_acts", "mechanism_acts_grants"))
