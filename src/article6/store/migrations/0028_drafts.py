"""Drafts of tasks, and what people want to be told by mail."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0027_sign_in"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("drafts", "drafts_grants"))
