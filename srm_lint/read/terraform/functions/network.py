"""Functions on IP networks.

https://developer.hashicorp.com/terraform/language/functions/cidrhost and its neighbours under "IP Network Functions".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srm_lint.read.terraform.conversion import ConversionError
from srm_lint.read.terraform.functions.parameters import integer, text, whole
from srm_lint.read.terraform.functions.signature import Function, LimitError, Table

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    Network = IPv4Network | IPv6Network


_PREFIX = re.compile(r"([0-9a-fA-F:.]+)/([0-9]{1,3})")
_LEADING_ZEROS = re.compile(r"(?<![0-9a-fA-F:.])0+(?=[0-9])|(?<=[:.])0+(?=[0-9]+\.)|(?<=\.)0+(?=[0-9])")


def _network(prefix: str) -> Network:
    """The network that `prefix` names; bits of the host are ignored, and so are leading zeros of decimal numbers, as
    Terraform does for compatibility with its older versions.
    """
    from ipaddress import ip_network

    match = _PREFIX.fullmatch(prefix)
    try:
        network = ip_network(f"{_address(match[1])}/{match[2]}" if match is not None else "", strict=False)
    except ValueError:
        raise ConversionError(f"invalid CIDR expression: invalid CIDR address: {prefix}") from None
    if network.version == 6 and int(network.network_address) >> 32 == 0xFFFF:
        raise LimitError("IPv4 addresses that are written as IPv6 addresses are not computed by srm-lint.")
    return network


def _address(written: str) -> str:
    return _LEADING_ZEROS.sub("", written) if "." in written else written


def _cidrhost(prefix: str, number: int) -> str:
    network = _network(prefix)
    size = network.num_addresses
    if not -size <= number < size:
        raise ConversionError(f"prefix of {network.prefixlen} does not accommodate a host numbered {number}")
    return str(network[number])


def _cidrnetmask(prefix: str) -> str:
    network = _network(prefix)
    if network.version != 4:
        raise ConversionError("IPv6 addresses cannot have a netmask: only IPv4 networks can")
    return str(network.netmask)


def _cidrsubnet(prefix: str, newbits: int, number: int) -> str:
    network = _network(prefix)
    length = network.prefixlen + newbits
    if not 0 <= length <= network.max_prefixlen:
        raise ConversionError(f"insufficient address space to extend prefix of {network.prefixlen} by {newbits}")
    if not 0 <= number < 1 << max(newbits, 0):
        raise ConversionError(f"prefix extension of {newbits} does not accommodate a subnet numbered {number}")
    step = 1 << (network.max_prefixlen - length)
    return _written(network, int(network.network_address) + number * step, length)


def _written(network: Network, first: int, length: int) -> str:
    """The network of that many bits whose address is `first`."""
    return f"{network.network_address.__class__(first)}/{length}"


def _cidrsubnets(prefix: str, *newbits: int) -> list[str]:
    network = _network(prefix)
    start = int(network.network_address)
    end = start + network.num_addresses
    subnets = []
    for bits in newbits:
        length = network.prefixlen + bits
        if bits < 1:
            raise ConversionError("must extend prefix by at least one bit")
        if bits > 32:
            raise ConversionError("may not extend prefix by more than 32 bits")
        if length > network.max_prefixlen:
            raise ConversionError(
                f"would extend prefix to {length} bits, which is too long for an address of"
                f" {network.max_prefixlen} bits"
            )
        size = 1 << (network.max_prefixlen - length)
        start = -(-start // size) * size
        # Terraform starts from the subnet before the first one, of which the very first addresses have none.
        if start + size > end or start == 0:
            raise ConversionError(f"not enough remaining address space for a subnet with a prefix of {length} bits")
        subnets.append(_written(network, start, length))
        start += size
    return subnets


def _bits(address: str) -> int:
    from ipaddress import ip_address

    try:
        return ip_address(_address(address)).max_prefixlen
    except ValueError:
        raise ConversionError(f"invalid IP address or prefix: {address}") from None


def _cidrcontains(containing: str, contained: str) -> bool:
    outer = _network(containing)
    inner = _network(contained if "/" in contained else f"{contained}/{_bits(contained)}")
    if inner.version != outer.version:
        raise ConversionError(f"address family mismatch: {containing} vs. {contained}")
    return inner.network_address in outer and inner.broadcast_address in outer


TABLE: Table = {
    "cidrcontains": Function((text("containing_prefix"), text("contained_ip_or_prefix")), _cidrcontains),
    "cidrhost": Function((text("prefix"), integer("hostnum")), _cidrhost),
    "cidrnetmask": Function((text("prefix"),), _cidrnetmask),
    "cidrsubnet": Function((text("prefix"), whole("newbits"), integer("netnum")), _cidrsubnet),
    "cidrsubnets": Function((text("prefix"),), _cidrsubnets, rest=whole("newbits")),
}
