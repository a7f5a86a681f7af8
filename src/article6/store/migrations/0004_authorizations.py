"""Every element of an authorization, its ceiling, its changes and its withdrawal."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0003_mechanism"),)
    operations = tuple(
        migrations.RunSQL(statement(name))
        for name in ("authorizations", "block_keeps", "move", "post", "issue", "authorizations_grants")
    )
