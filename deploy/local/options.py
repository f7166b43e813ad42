"""What the caller may choose, checked: PORT, PORT_TLS, TLS, REPLICAS, WORKERS, SERVER, HA."""

from dataclasses import dataclass

from deploy.local.errors import StackError

MOST_PORT = 65_535
# More than a machine that runs this way has use for; catches REPLICAS=8080.
MOST_REPLICAS = 32
MOST_WORKERS = 64


@dataclass(frozen=True)
class Options:
    """How the stack is to run. ``port`` and ``port_tls`` 0 stand for any free one, ``server`` ""
    for the usual one.
    """

    port: int
    port_tls: int
    tls: bool
    replicas: int
    workers: int
    server: str = ""
    highly_available: bool = False

    @classmethod
    def parse(
        cls,
        port: str,
        port_tls: str,
        tls: str,
        replicas: str,
        workers: str,
        server: str = "",
        ha: str = "0",
    ) -> "Options":
        """Read the make variables as they were typed. Raises StackError naming the wrong one."""
        return cls(
            port=_number("PORT", port, 0, MOST_PORT),
            port_tls=_number("PORT_TLS", port_tls, 0, MOST_PORT),
            tls=_is_on(tls),
            replicas=_number("REPLICAS", replicas, 1, MOST_REPLICAS),
            workers=_number("WORKERS", workers, 1, MOST_WORKERS),
            server=server,  # The application says which there are.
            highly_available=_is_on(ha),
        )


def _is_on(text: str) -> bool:
    return text.lower() not in ("", "0", "no", "false", "off")


def _number(name: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise StackError(f"{name}={text} is not a whole number from {least} to {most}.")
    return int(text)
