"""A packed file says nothing reliable about how much it unpacks to, so unpacking stops at a limit."""
import zlib

GZIP = b"\x1f\x8b"  # the first two bytes of every gzip file, whatever it is called


def unpack(content, limit):
    """The first `limit` bytes of what the gzip file with the bytes `content` unpacks to, or all if there are fewer.

    Raises zlib.error if it is damaged, or ends too early. A file that is unpacked to its end has its checksum verified.
    """
    unpacker = zlib.decompressobj(wbits=31)  # 31: a gzip file
    unpacked = unpacker.decompress(content, limit)
    if len(unpacked) < limit and not unpacker.eof:
        raise zlib.error("incomplete or truncated stream")
    return unpacked
