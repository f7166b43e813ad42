"""The FASTI_ variables of a replica: those of the caller, and over them the ones that only the
stack can know.
"""

from collections.abc import Mapping

from deploy.local.options import Options
from deploy.local.paths import Paths
from deploy.local.ports import LOOPBACK
from deploy.local.state import replica_names

# Set by the stack alone. The two URLs come from files in the secrets directory, which a variable
# would override.
OWN_VARIABLES = frozenset(
    {
        "FASTI_BIND",
        "FASTI_EXPECTED_WORKERS",
        "FASTI_REDIS_SENTINELS",
        "FASTI_REDIS_SENTINEL_PASSWORD",
        "FASTI_REDIS_SENTINEL_SERVICE",
        "FASTI_REDIS_URL",
        "FASTI_REPLICA",
        "FASTI_SECRETS_DIRECTORY",
        "FASTI_SIGNING_KEYS_DIRECTORY",
        "FASTI_SQL_URL",
        "FASTI_STATE_DIRECTORY",
        "FASTI_TRUSTED_PROXIES",
        "FASTI_WORKERS",
    }
)


def ignored_variables(caller: Mapping[str, str]) -> list[str]:
    """Return the FASTI_ variables of the caller that `make up` does not pass on."""
    return sorted(OWN_VARIABLES & caller.keys())


def application_environment(
    paths: Paths, options: Options, base_url: str, caller: Mapping[str, str]
) -> dict[str, str]:
    """Return what every process of the application is told, command or replica."""
    passed_on = {
        name: value
        for name, value in caller.items()
        if name.startswith("FASTI_") and name not in OWN_VARIABLES
    }
    return {
        "FASTI_ISSUER": base_url,
        **passed_on,
        "FASTI_SECRETS_DIRECTORY": str(paths.secrets),
        "FASTI_SIGNING_KEYS_DIRECTORY": str(paths.signing_keys),
        "FASTI_TRUSTED_PROXIES": "1",
        **({"FASTI_SERVER": options.server} if options.server else {}),
        "FASTI_WORKERS": str(options.workers),
        "FASTI_EXPECTED_WORKERS": str(options.workers * options.replicas),
    }


def replica_environments(
    paths: Paths, options: Options, ports: Mapping[str, int], application: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Return, by name of the replica, what only that one is told, together with ``application``."""
    return {
        name: {
            **application,
            "FASTI_REPLICA": name,
            "FASTI_BIND": f"{LOOPBACK}:{ports[name]}",
            "FASTI_STATE_DIRECTORY": str(paths.data / name),
            "PROMETHEUS_MULTIPROC_DIR": str(paths.run / "prometheus" / name),
        }
        for name in replica_names(options.replicas)
    }
