"""A packed file says nothing reliable about how much it unpacks to, so unpacking stops at a limit."""
import gzip
import io
import zlib

GZIP = b"\x1f\x8b"  # the first two bytes of every gzip file, whatever it is called


def unpack(content, limit):
    """The first `limit` bytes of what the gzip file with the bytes `content` unpacks to, or all if there are fewer.

    It may be of several members, as programs write that pack on many cores, or that append. Raises zlib.error if it is
    damaged, or ends too early. A file that is unpacked to its end has its checksums verified.
    """
    try:
        if not content:
            raise EOFError("it is empty")
        return gzip.GzipFile(fileobj=io.BytesIO(content)).read(limit)
    except (EOFError, OSError) as error:
        raise zlib.error(str(error)) from None
