"""Cooperative approaches: sectors, activity types, metrics, documents."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0016_statements"),)
    operations = (migrations.RunSQL(statement("approaches")),)
