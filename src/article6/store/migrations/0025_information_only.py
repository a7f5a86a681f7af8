"""Transfers that tell amounts: units held for another Party, and what was told of units elsewhere; and what
peers tell of their tests of the connection."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0024_certificates"),)
    operations = tuple(
        migrations.RunSQL(statement(name)) for name in ("post", "information", "information_grants", "peer_tested")
    )  # fmt: skip
