"""Whom an address stands for, where there is no token to say it."""

from ipaddress import IPv6Address, IPv6Network, ip_address

IPV6_PREFIX = 64  # What one household or one server is given: it can use any address in it.


def network_of(address: str) -> str:
    """Return whom an address stands for: itself, or in IPv6 the network of 64 bits it is in.

    An IPv4-mapped IPv6 address is the IPv4 one; what is no address is left as it is.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Network((found, IPV6_PREFIX), strict=False))
    return str(found)
