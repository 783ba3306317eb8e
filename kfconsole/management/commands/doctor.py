from django.core.management.base import BaseCommand

from kfconsole import checkup


class Command(BaseCommand):
    help = "Look at configuration and connections; say what is wrong and how it is mended."
    requires_system_checks = []

    def handle(self, *args, **options) -> None:
        is_well = True
        for finding in checkup.findings():
            mark = self.style.SUCCESS("✓") if finding.is_well else self.style.ERROR("✗")
            self.stdout.write(f"{mark} {finding.what}")
            if not finding.is_well:
                is_well = False
                self.stdout.write(f"    → {finding.remedy}")
        for name in checkup.unknown_settings():
            self.stdout.write(self.style.WARNING(f"? {name} is no setting of kfconsole"))
        if not is_well:
            raise SystemExit(1)
