"""Where everything of one stack lies: below ``var/``, or wherever VAR= says."""

from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StackError

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Paths:
    """The files and directories of the stack below ``var``, an absolute path."""

    var: Path

    @property
    def run(self) -> Path:
        """What is made anew by every `make up`: configuration, pids."""
        return self.var / "run"

    @property
    def log(self) -> Path:
        """Log files, one a process, rotated by supervisor."""
        return self.var / "log"

    @property
    def data(self) -> Path:
        """What must survive: the SQLite file, Valkey's append-only file, who is primary."""
        return self.var / "data"

    @property
    def secrets(self) -> Path:
        """Passwords and keys, one a file; the application reads its own from here."""
        return self.var / "secrets"

    @property
    def signing_keys(self) -> Path:
        """The ES256 keys that sign tokens."""
        return self.secrets / "signing-keys"

    @property
    def demo_client(self) -> Path:
        """Id and secret of the demo client, as JSON."""
        return self.var / "demo-client.json"

    @property
    def certificate(self) -> Path:
        """The self-signed certificate of TLS=1; callers trust this file."""
        return self.var / "certificate.pem"

    @property
    def certificate_key(self) -> Path:
        """The private key of ``certificate``."""
        return self.secrets / "certificate-key.pem"

    @property
    def nginx(self) -> Path:
        """nginx's prefix: nginx.conf, conf.d/, its temporary files."""
        return self.run / "nginx"

    @property
    def programs(self) -> Path:
        """What supervisor is to start, one JSON file a program (see ``launch``)."""
        return self.run / "programs"

    @property
    def launched(self) -> Path:
        """Who was started last, one JSON file a program (see ``processes``)."""
        return self.run / "launched"

    @property
    def supervisor_configuration(self) -> Path:
        """supervisord.conf; its path on a command line tells our supervisord from others."""
        return self.run / "supervisord.conf"

    @property
    def supervisor_pid(self) -> Path:
        """supervisord's pid file. It may be stale, and the pid another process's."""
        return self.run / "supervisord.pid"

    @property
    def stack(self) -> Path:
        """What is running: base URL, options, ports. Present from `make up` to `make down`."""
        return self.run / "stack.json"

    @property
    def ports(self) -> Path:
        """Ports chosen before, so that they stay the same."""
        return self.run / "ports.json"

    @property
    def lock(self) -> Path:
        """Held by the command that is changing the stack."""
        return self.var / "lock"

    def create(self) -> None:
        """Make the directories. Raises StackError when they cannot be written."""
        private = (self.var, self.secrets, self.signing_keys, self.run, self.data)
        others = (self.log, self.programs, self.launched, self.nginx / "temp")
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            for directory in private:
                directory.mkdir(exist_ok=True)
                directory.chmod(0o700)
            for directory in (*others, self.nginx / "conf.d", self.var / "reports"):
                directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StackError(
                f"Cannot write to {error.filename}: {error.strerror}."
                " Make it writable, or choose another directory: make up VAR=/some/directory"
            ) from error
