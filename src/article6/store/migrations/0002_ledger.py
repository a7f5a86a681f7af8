"""The ledger: tables, guards, functions, and what the program may do with them."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    initial = True
    dependencies = (
        ("store", "0001_people"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
    )
    operations = tuple(
        migrations.RunSQL(statement(name))
        for name in ("role", "tables", "fork", "block_keeps", "guards", "move", "post", "issue", "grants")
    )
