-- What the program needs of what people sign in with, and no more. Of django-allauth's other tables it gets nothing.
REVOKE ALL ON FUNCTION sight_person, sign_in_standing, person_signed_out, role_change_apply, role_change_of_roles FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight_person, sign_in_standing, person_signed_out TO article6_app;
GRANT SELECT, INSERT ON invitation, invitation_act, machine_secret, machine_secret_end TO article6_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON mfa_authenticator, usersessions_usersession, remembered, machine_token,
    machine_secret_use, account_emailaddress, socialaccount_socialaccount TO article6_app;
