"""Files that people upload: good ones, strange ones, and those of somebody who means harm."""

import io
import struct
import zlib
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PDF = b"%PDF-1.7 " + b"\0" * 500


def upload(content: bytes | None = None, name="door.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, drawing(240, 240) if content is None else content, content_type="image/jpeg")


def drawing(width=1000, height=600, kind="JPEG", mode="RGB", **options) -> bytes:
    """A red corner on white; its modes are those of Pillow."""
    image = Image.new(mode, (width, height), "white" if mode == "RGB" else 0)
    ImageDraw.Draw(image).rectangle([0, 0, width // 2, height // 2], fill="red" if mode in {"RGB", "RGBA"} else 1)
    return file_of(image, kind, **options)


def noise(width=1000, height=600, kind="JPEG", mode="RGB", **options) -> bytes:
    """What does not become small when it is drawn."""
    grain = Image.effect_noise((width // 4, height // 4), 80).resize((width, height), Image.Resampling.NEAREST)
    return file_of(grain.convert(mode), kind, **options)


def file_of(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def turned_drawing() -> bytes:
    """As a phone stores an upright picture: lying, with a note of how to turn it, and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (53.0, 47.0, 0.0)}
    return drawing(1000, 600, exif=exif)


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (300, 220), colour) for colour in ("red", "green", "blue")]
    return file_of(frames[0], kind, save_all=True, append_images=frames[1:])


# --- written by hand -----------------------------------------------------------------------------


def png(width: int, height: int, body: bytes, *, depth: int = 8, colour: int = 2, more: bytes = b"") -> bytes:
    """``body`` is compressed already; ``colour`` is 0 for grey, 2 for red, green and blue."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return PNG_HEAD + chunk(b"IHDR", head) + more + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_that_says(width: int, height: int) -> bytes:
    """A few bytes whose head promises more pixels than follow."""
    return png(width, height, zlib.compress(b"\0" * 1000))


def jpeg_that_says(width: int, height: int) -> bytes:
    whole = drawing(300, 220)
    return whole.replace(struct.pack(">HH", 220, 300), struct.pack(">HH", height, width), 1)


def webp_that_says(width: int, height: int) -> bytes:
    whole = drawing(300, 220, "WEBP")
    return whole.replace(struct.pack("<HH", 300, 220), struct.pack("<HH", width, height), 1)


def bomb() -> bytes:
    """20,000 pixels a side in 50 kB: it would unfold to 400 megabytes."""
    squeeze = zlib.compressobj(9)
    row = b"\0" * 2501  # one bit a pixel, and a byte for how the row is filtered
    return png(
        20_000, 20_000, b"".join(squeeze.compress(row) for _ in range(20_000)) + squeeze.flush(), depth=1, colour=0
    )


def deep_grey() -> bytes:
    """16 bits of grey, half way between black and white."""
    row = b"\0" + struct.pack(">H", 32_768) * 300
    return png(300, 220, zlib.compress(row * 220), depth=16, colour=0)


def deep_colour() -> bytes:
    row = b"\0" + struct.pack(">HHH", 65_535, 0, 0) * 300
    return png(300, 220, zlib.compress(row * 220), depth=16)


def words_in_png(unpacked: bytes) -> bytes:
    """A picture with a packed text beside it."""
    row = b"\0" + b"\xff\0\0" * 300
    return png(300, 220, zlib.compress(row * 220), more=chunk(b"zTXt", b"Comment\0\0" + zlib.compress(unpacked)))


# What each file is, how it is made, and what becomes of it: "drawn", or the word for why not.
CORPUS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "a byte": (lambda: b"\0", "kind"),
    "SVG": (lambda: SVG, "kind"),
    "HTML": (lambda: HTML, "kind"),
    "the test file of virus scanners": (lambda: EICAR, "kind"),
    "PDF": (lambda: PDF, "kind"),
    "GIF that is a script": (lambda: b"GIF89a/*" + b"\0" * 300 + b"*/=1;alert(1)", "kind"),
    "GIF": (lambda: drawing(kind="GIF"), "kind"),
    "TIFF": (lambda: drawing(kind="TIFF"), "kind"),
    "BMP": (lambda: drawing(kind="BMP"), "kind"),
    "HTML behind the head of a JPEG": (lambda: b"\xff\xd8\xff\xe0" + HTML, "kind"),
    "HTML behind the head of a PNG": (lambda: PNG_HEAD + HTML, "kind"),
    "HTML behind the head of a WebP": (lambda: b"RIFF\x60\0\0\0WEBPVP8 " + HTML, "kind"),
    "sound in the envelope of a WebP": (lambda: b"RIFF\x60\0\0\0WAVEfmt " + b"\0" * 90, "kind"),
    "HTML behind a JPEG": (lambda: drawing(comment=HTML) + HTML, "drawn"),
    "HTML in a PNG": (lambda: words_in_png(HTML) + HTML, "drawn"),
    "HTML behind a WebP": (lambda: drawing(kind="WEBP", xmp=HTML) + HTML, "drawn"),
    "the test file of virus scanners behind a JPEG": (lambda: drawing() + EICAR, "drawn"),
    "PDF behind a JPEG": (lambda: drawing() + PDF, "drawn"),
    "JPEG cut off": (lambda: drawing()[:2000], "broken"),
    "PNG cut off": (lambda: drawing(kind="PNG")[:-600], "broken"),
    "WebP cut off": (lambda: noise(kind="WEBP")[:-600], "kind"),
    "PNG scratched": (lambda: drawing(kind="PNG")[:40] + b"\xff" * 500, "kind"),
    "bomb": (bomb, "large"),
    "text that unfolds": (lambda: words_in_png(b"\0" * 100_000_000), "kind"),
    "PNG beyond any memory": (lambda: png_that_says(65_000, 65_000), "large"),
    "PNG of 13 million pixels": (lambda: png_that_says(4_000, 3_001), "large"),
    "PNG that says 12 million": (lambda: png_that_says(4_000, 3_000), "broken"),
    "WebP of 13 million pixels": (lambda: webp_that_says(4_000, 3_001), "large"),
    "JPEG of 41 million pixels": (lambda: jpeg_that_says(8_000, 5_001), "large"),
    "JPEG that says 40 million": (lambda: jpeg_that_says(8_000, 5_000), "drawn"),  # what is missing is grey
    "JPEG beyond any memory": (lambda: jpeg_that_says(65_000, 65_000), "large"),
    "too small": (lambda: drawing(199, 400), "small"),
    "too narrow": (lambda: drawing(400, 1201), "steep"),
    "too wide": (lambda: drawing(1201, 400), "steep"),
    "too heavy": (lambda: drawing() + b"\0" * (10 * 1024 * 1024), "heavy"),
    "turned by a phone": (turned_drawing, "drawn"),
    "two pictures in one, as phones make them": (lambda: moving("MPO"), "drawn"),
    "moving GIF": (lambda: moving("GIF"), "kind"),
    "moving PNG": (lambda: moving("PNG"), "drawn"),
    "moving WebP": (lambda: moving("WEBP"), "drawn"),
    "palette that can be seen through": (lambda: drawing(300, 220, "PNG", "P", transparency=0), "drawn"),
    "16 bits of grey": (deep_grey, "drawn"),
    "16 bits a colour": (deep_colour, "drawn"),
    "colours of a printer": (lambda: drawing(mode="CMYK"), "drawn"),
    "read in steps": (lambda: drawing(progressive=True), "drawn"),
}
