"""Pictures, videos and 3D models from the asset store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, Self

import strawberry

from subgraphs.catalog.rules.media import WIDEST, asset_url, is_size, picture_url
from subgraphs.kit.errors import BadUserInput
from subgraphs.kit.fields import argument, field, list_size
from subgraphs.kit.scalars import URL


@strawberry.enum(description="Shape an image is cut to.")
class ImageFit(Enum):
    """See the descriptions."""

    CONTAIN = strawberry.enum_value("CONTAIN", description="Fit inside the box, keeping everything.")
    COVER = strawberry.enum_value("COVER", description="Fill the box, cutting edges.")


@strawberry.enum(description="Encoding of an image.")
class ImageFormat(Enum):
    """See the descriptions."""

    AUTO = strawberry.enum_value("AUTO", description="Best the client says it accepts.")
    AVIF = strawberry.enum_value("AVIF", description="AVIF.")
    WEBP = strawberry.enum_value("WEBP", description="WebP.")
    JPEG = strawberry.enum_value("JPEG", description="JPEG.")
    PNG = strawberry.enum_value("PNG", description="PNG.")


@strawberry.federation.type(description="A picture that can be asked for in the size and format the screen needs.")
class MediaImage:
    """A picture of the asset store, or one that a feed brought by its address."""

    picture: strawberry.Private[Mapping[str, Any]]
    alt: str = field(description="Text for people who cannot see the picture.", tags=("watch", "tv", "feed"))
    width: int | None = field(description="Width of the master in pixels; null when it is not known.")
    height: int | None = field(description="Height of the master in pixels; null when it is not known.")
    thumbhash: str | None = field(
        description="Tiny blurred preview as a ThumbHash string; null when none was made.", tags=("tv",)
    )

    @field(description="Address of the picture, cut and encoded as asked.", tags=("watch", "tv", "feed"))
    def url(
        self,
        width: Annotated[int | None, argument("Width in pixels, 1 to 4,096.")] = 800,
        height: Annotated[
            int | None, argument("Height in pixels, 1 to 4,096; follows the width when left out.")
        ] = strawberry.UNSET,
        fit: Annotated[
            ImageFit | None, argument("Whether to keep all of it or to fill the box, when width and height are given.")
        ] = ImageFit.CONTAIN,
        format: Annotated[ImageFormat | None, argument("Encoding.")] = ImageFormat.AUTO,
    ) -> URL:
        """The address; sizes are bounded, so that nobody makes the store scale to a wall."""
        tall = None if height is strawberry.UNSET else height
        if not is_size(width) or not is_size(tall):
            msg = f"A picture's sides are between 1 and {WIDEST} pixels"
            raise BadUserInput(msg)
        shape, encoding = fit or ImageFit.CONTAIN, format or ImageFormat.AUTO
        return URL(picture_url(self.picture, width, tall, shape.name, encoding.name))

    @classmethod
    def of(cls, picture: Mapping[str, Any]) -> Self:
        """The picture as stored."""
        return cls(
            picture=picture,
            alt=picture.get("alt", ""),
            width=picture.get("width"),
            height=picture.get("height"),
            thumbhash=picture.get("thumbhash"),
        )


def image(picture: Mapping[str, Any] | None) -> MediaImage | None:
    """The picture, when there is one."""
    return None if picture is None else MediaImage.of(picture)


@strawberry.federation.type(description="A video clip.")
class MediaVideo:
    """A clip of the asset store."""

    url: URL = field(description="Address of the stream.", tags=("tv",))
    poster: MediaImage = field(description="Still shown before play.", tags=("tv",))
    duration: timedelta | None = field(description="Length; null when it is not known.", tags=("tv",))
    captions: list[URL] = field(description="Caption tracks as WebVTT addresses.", size=list_size(assumed=3))

    @classmethod
    def of(cls, video: Mapping[str, Any]) -> Self:
        """The clip as stored."""
        seconds = video.get("seconds")
        return cls(
            url=URL(asset_url(video["asset"])),
            poster=MediaImage.of(video["poster"]),
            duration=None if seconds is None else timedelta(seconds=seconds),
            captions=[URL(asset_url(track)) for track in video.get("captions", ())],
        )


@strawberry.enum(description="How a 3D asset can be tried.")
class SpatialUse(Enum):
    """See the descriptions."""

    IN_ROOM = strawberry.enum_value("IN_ROOM", description="Placed in a room at true scale.")
    ON_BODY = strawberry.enum_value("ON_BODY", description="Worn on face, hair or body.")


@strawberry.federation.type(description="Outer measures of a packed unit or a model.")
class Dimensions:
    """Whole millimetres."""

    width_mm: int = field(description="Width in millimetres.")
    height_mm: int = field(description="Height in millimetres.")
    depth_mm: int = field(description="Depth in millimetres.")

    @classmethod
    def of(cls, size_mm: list[int] | None) -> Self | None:
        """The measures as stored, when they are known."""
        return None if size_mm is None else cls(width_mm=size_mm[0], height_mm=size_mm[1], depth_mm=size_mm[2])


@strawberry.federation.type(description="A 3D model for augmented reality: virtual try-on or a view in the room.")
class SpatialModel:
    """A model in the formats of both families of devices."""

    glb_url: URL = field(description="glTF binary address.")
    usdz_url: URL | None = field(description="USDZ address for Apple devices; null when there is only glTF.")
    use: SpatialUse = field(description="How it can be tried.")
    size: Dimensions | None = field(description="True-scale size of the object; null when it was not measured.")
    byte_size: int = field(description="Size of the file in bytes.")

    @classmethod
    def of(cls, model: Mapping[str, Any]) -> Self:
        """The model as stored."""
        usdz = model.get("usdz")
        return cls(
            glb_url=URL(asset_url(model["glb"])),
            usdz_url=None if usdz is None else URL(asset_url(usdz)),
            use=SpatialUse[model["use"]],
            size=Dimensions.of(model.get("size_mm")),
            byte_size=model["bytes"],
        )


Media = Annotated[
    MediaImage | MediaVideo | SpatialModel,
    strawberry.federation.union(
        name="Media", description="One asset of a product or of content, from the digital asset store.", tags=["tv"]
    ),
]


@strawberry.enum(description="Kind of asset to keep in a media list.")
class MediaKind(Enum):
    """See the descriptions."""

    IMAGE = strawberry.enum_value("IMAGE", description="Pictures.")
    VIDEO = strawberry.enum_value("VIDEO", description="Videos.")
    SPATIAL = strawberry.enum_value("SPATIAL", description="3D models.")


_SHOWN: Mapping[str, type[MediaImage | MediaVideo | SpatialModel]] = {
    "IMAGE": MediaImage,
    "VIDEO": MediaVideo,
    "SPATIAL": SpatialModel,
}


def asset(stored: Mapping[str, Any]) -> MediaImage | MediaVideo | SpatialModel:
    """An asset of any kind, as stored."""
    return _SHOWN[stored["kind"]].of(stored)
