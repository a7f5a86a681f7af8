"""Certificates that were issued."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0023_views"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("certificates", "certificates_grants"))
