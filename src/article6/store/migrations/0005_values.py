"""Values and rules that change without a release: nomenclatures, further attributes, business rules."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0004_authorizations"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("values", "values_grants"))
