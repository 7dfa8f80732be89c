"""Draws resources/icons/app.svg as app.png (Linux) and app.ico (Windows). Run offscreen by `./dev exec`."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).parents[1] / "resources" / "icons"
WINDOWS_SIZES = (16, 24, 32, 48, 64, 128, 256)


def drawn(size: int) -> Image.Image:
    picture = QImage(size, size, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    QSvgRenderer(str(ICONS / "app.svg")).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return Image.open(BytesIO(bytes(buffer.data().data())))


def main() -> None:
    application = QGuiApplication([])
    drawn(256).save(ICONS / "app.png", optimize=True)
    largest, *others = [drawn(size) for size in reversed(WINDOWS_SIZES)]
    sizes = [(size, size) for size in WINDOWS_SIZES]
    largest.save(ICONS / "app.ico", sizes=sizes, append_images=others)
    application.quit()


if __name__ == "__main__":
    main()
