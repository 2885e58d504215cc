"""The program that draws an uploaded picture anew: one process for each picture, started by core.drawing.

It knows Pillow and nothing of the portal. It reads the upload from its standard input and writes to its
standard output a line of JSON and what that line lists: {"size": [width, height], "files": [[width, bytes],
...]} is followed by the files; {"refused": word} has a word that core.drawing has a sentence for.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from io import BytesIO

from PIL import (
    ExifTags,
    Image,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from core.picture_sizes import MOST_PIXELS, MOST_PIXELS_OF_JPEG, SMALLEST_SIDE, STEEPEST, WIDTHS, widths_of

# Pillow loads its parts when they are first wanted, and then it is too late (see main). EXIF is a kind of TIFF.
Image.preinit()
PARTS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
KINDS = ("JPEG", "PNG", "WEBP")
QUALITY = 80

MEGABYTE = 1024 * 1024
LIMITS = {
    resource.RLIMIT_CORE: 0,  # a crash must not leave the upload lying about
    resource.RLIMIT_AS: 640 * MEGABYTE,  # a progressive JPEG of 40 million pixels in four colours takes 513
    resource.RLIMIT_CPU: 20,  # seconds
    resource.RLIMIT_FSIZE: 32 * MEGABYTE,  # of the answer
}
DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class Refused(Exception):
    """The picture is none for us; the message is the word for why."""


def main(parent: int) -> None:
    end_with(parent)
    with contextlib.suppress(PermissionError):  # a hardened service may change no priority
        os.nice(5)  # people who wait for a page come first
    for kind, most in LIMITS.items():
        limit(kind, most)
    upload = sys.stdin.buffer.read()
    limit(resource.RLIMIT_NOFILE, 0)  # from here on neither a file nor a connection is opened
    sys.stdout.buffer.write(answer_to(upload))


def end_with(parent: int) -> None:
    """The system kills this process when the one that started it is gone."""
    ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it went before it could be seen to go
        sys.exit("The process that wanted a picture drawn has ended.")


def limit(kind: int, most: int) -> None:
    """For good, and to no more than the system allows already."""
    allowed = resource.getrlimit(kind)[1]
    least = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(kind, (least, least))


def answer_to(upload: bytes) -> bytes:
    try:
        size, files = drawn(upload)
    except Refused as refused:
        return line(refused=str(refused))
    except Exception:  # Pillow raises whatever a broken file leads it to
        return line(refused="broken")
    return line(size=size, files=[(width, len(content)) for width, content in files]) + b"".join(
        content for _width, content in files
    )


def line(**told) -> bytes:
    return json.dumps(told).encode() + b"\n"


def drawn(upload: bytes) -> tuple[tuple[int, int], list[tuple[int, bytes]]]:
    image = opened(upload)
    judge(image)
    image = redrawn(image)
    return image.size, list(files_of(image))


def opened(upload: bytes) -> Image.Image:
    """The picture with only its head read yet."""
    try:
        return Image.open(BytesIO(upload), formats=KINDS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("large") from error
    except Exception as error:
        raise Refused("kind") from error


def judge(image: Image.Image) -> None:
    """Refuse by what the head says, before anything is decoded."""
    width, height = image.size
    is_jpeg = isinstance(image, JpegImagePlugin.JpegImageFile)  # MPO, as some phones write it, is one too
    if width * height > (MOST_PIXELS_OF_JPEG if is_jpeg else MOST_PIXELS):
        raise Refused("large")
    if min(width, height) < SMALLEST_SIDE:
        raise Refused("small")
    if max(width, height) > STEEPEST * min(width, height):
        raise Refused("steep")


def redrawn(image: Image.Image) -> Image.Image:
    """The pixels alone, upright, no larger than we store; made small before anything else is done to them."""
    size = stored_size(image)
    is_clear = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    if image.mode in {"P", "PA"}:  # a palette cannot be scaled
        image = _as(image, is_clear)
    image.thumbnail(size)  # a JPEG is read at a fraction of its size where that is enough
    if image.mode.startswith("I"):  # 16 bits of grey; Pillow would make white of all that is not nearly black
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    image = _as(ImageOps.exif_transpose(image), is_clear)
    image.info = {}
    return image


def stored_size(image: Image.Image) -> tuple[int, int]:
    """As the file has it, before the picture is turned upright."""
    is_turned = image.getexif().get(ExifTags.Base.Orientation) in {5, 6, 7, 8}
    scale = min(1, WIDTHS[-1] / (image.height if is_turned else image.width))
    return round(image.width * scale), round(image.height * scale)


def _as(image: Image.Image, is_clear: bool) -> Image.Image:
    return image.convert("RGBA" if is_clear else "RGB")


def files_of(image: Image.Image) -> Iterator[tuple[int, bytes]]:
    for width in widths_of(image.width):
        smaller = image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
        out = BytesIO()
        smaller.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
        yield width, out.getvalue()


if __name__ == "__main__":
    main(int(sys.argv[1]))
