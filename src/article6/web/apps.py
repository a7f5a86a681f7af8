"""The Django app of the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "article6.web"
    label = "web"

    def ready(self) -> None:
        from article6.web.sign_in import audited

        audited.connect()
