"""Who gets in: practice registries, invitations, machine clients, and rights on what django-allauth keeps."""

from django.db import migrations

from article6.store.sqlfiles import statement


class Migration(migrations.Migration):
    dependencies = (
        ("store", "0026_log_keys"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("usersessions", "0001_initial"),
    )
    operations = tuple(migrations.RunSQL(statement(name)) for name in ("sign_in", "sign_in_grants"))
