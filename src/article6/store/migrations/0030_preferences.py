"""What is a person's own: language and appearance, known browsers, letters, kept forms; and acts of operators."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0029_training"),)
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("preferences", "preferences_grants"))
