"""A certificate for 127.0.0.1, signed by itself, for one run of the service over https."""

from pathlib import Path

from tests.certificates import THIS_MACHINE, private_pem, self_signed

CERTIFICATE, KEY = "service.crt", "service.key"


def write(folder: Path) -> Path:
    """Write the certificate and its key into the folder; the path of the certificate, which clients have to trust."""
    made, key = self_signed("127.0.0.1", [THIS_MACHINE])
    (folder / CERTIFICATE).write_bytes(made)
    (folder / KEY).write_bytes(private_pem(key))
    return folder / CERTIFICATE
