"""Who gets in: invitations, second factors, sessions, single sign-on, machine clients."""
