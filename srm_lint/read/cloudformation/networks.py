"""The arguments of `Fn::Cidr` in, address blocks out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

MAX_BLOCKS = 256


def cidr(block: str, count: str, bits: str) -> list[str] | str:
    """The first `count` blocks with `bits` host bits inside `block`, or a sentence that says what is wrong."""
    from ipaddress import ip_network

    try:
        network: IPv4Network | IPv6Network = ip_network(block, strict=False)
    except ValueError:
        return "Fn::Cidr takes an address block such as 10.0.0.0/16 first"
    if not count.isdecimal() or not 1 <= int(count) <= MAX_BLOCKS:
        return f"the count of Fn::Cidr must be a number from 1 to {MAX_BLOCKS}"
    prefix = network.max_prefixlen - int(bits) if bits.isdecimal() and len(bits) <= 3 else -1
    if not network.prefixlen <= prefix <= network.max_prefixlen:
        return "the number of bits of Fn::Cidr must fit into its address block"
    room = 1 << min(prefix - network.prefixlen, 32)
    if room < int(count):
        return f"Fn::Cidr asks for {count} blocks, but only {room} fit"
    first, size = int(network.network_address), 1 << (network.max_prefixlen - prefix)
    address = type(network.network_address)
    return [f"{address(first + position * size)}/{prefix}" for position in range(int(count))]
