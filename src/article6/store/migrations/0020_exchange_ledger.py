"""The ledger's side of transfers between registries; an account that expects units is not closed."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (("store", "0019_exchange"),)
    operations = tuple(
        migrations.RunSQL(statement(name))
        for name in ("exchange_ledger", "exchange_arrivals", "post", "issue", "exchange_ledger_grants")
    )
