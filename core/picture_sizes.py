"""How large a picture may be that somebody uploads, and in which widths it is stored.

No more than figures, so that both the portal and the program that draws (core.draw_picture) read them.
"""

LARGEST_FILE = 10 * 1024 * 1024  # bytes
# A JPEG can be read at a fraction of its size. Of the others each pixel is held in memory, the smallest file's too.
MOST_PIXELS_OF_JPEG = 40_000_000
MOST_PIXELS = 12_000_000
SMALLEST_SIDE = 200  # pixels; less is an icon
STEEPEST = 3  # how many times as long one side may be as the other
WIDTHS = (480, 960, 1600)  # what readers are offered, as far as the original goes
USUAL_WIDTH = 960


def widths_of(width: int) -> list[int]:
    """The widths in which a picture is stored whose largest is ``width`` wide, smallest first."""
    return [*(each for each in WIDTHS if each < width), width]
