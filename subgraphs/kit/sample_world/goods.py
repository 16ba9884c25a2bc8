"""The sample world's goods: sixty products, each with its variants. A table; the catalogue's samples add the rest.

A product is one row; its variants share the row's SKU stem, price and weight unless their own row says otherwise:
`VEL-FND` with the suffix `240` is the SKU `VEL-FND-240`. A product without options is one variant whose SKU is the stem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from subgraphs.kit.ids import stable_id


@dataclass(frozen=True, slots=True)
class SampleVariant:
    """What is stocked and bought. `gbp` and `eur` are regular prices in `web`; `weight_grams` is packed weight."""

    sku: str
    name: str
    product_slug: str
    brand: str
    option: str | None
    value: str | None
    gbp: Decimal
    eur: Decimal
    weight_grams: int
    shipping_class: str
    gtin: str

    @property
    def id(self) -> str:
        """Global id of the variant."""
        return stable_id("ProductVariant", self.sku)

    @property
    def product_id(self) -> str:
        """Global id of its product."""
        return stable_id("Product", self.brand, self.product_slug)


@dataclass(frozen=True, slots=True)
class SampleProduct:
    """A product and the stem of its SKUs. `values` holds (SKU suffix, option value); empty when nothing can be chosen."""

    stem: str
    slug: str
    name: str
    brand: str
    category: str
    gbp: Decimal
    weight_grams: int
    shipping_class: str
    option: str | None
    values: tuple[tuple[str, str], ...]

    @property
    def id(self) -> str:
        """Global id of the product."""
        return stable_id("Product", self.brand, self.slug)


_SIZES = (("S", "S"), ("M", "M"), ("L", "L"))
_SHOES = (("38", "38"), ("40", "40"), ("42", "42"), ("44", "44"))
_CLOTHS = (("SND", "Sand"), ("MOS", "Moss"), ("INK", "Ink"))
_SHADES = (
    ("110", "110 Porcelain"), ("130", "130 Ivory"), ("160", "160 Light Beige"), ("200", "200 Natural"), ("240", "240 Warm Beige"),
    ("280", "280 Honey"), ("320", "320 Caramel"), ("360", "360 Amber"), ("400", "400 Chestnut"), ("440", "440 Cocoa"),
)  # fmt: skip
_REDS = (("ROS", "Rosewood"), ("CHE", "Cherry"), ("COR", "Coral"), ("NUD", "Nude"), ("PLU", "Plum"))

# stem, slug, name, brand, category slug, pounds, grams, shipping class, option, values
_ROWS: tuple[tuple[str, str, str, str, str, str, int, str, str | None, tuple[tuple[str, str], ...]], ...] = (
    ("ALD-SOF-HAV", "haven-sofa", "Haven Three-Seat Sofa", "alder", "sofas", "899.00", 62000, "BULKY", "Cloth", _CLOTHS),
    ("ALD-SOF-NOO", "nook-loveseat", "Nook Loveseat", "alder", "sofas", "649.00", 44000, "BULKY", "Cloth", _CLOTHS),
    ("ALD-CHR-WIL", "willow-armchair", "Willow Armchair", "alder", "chairs", "329.00", 18500, "BULKY", "Cloth", _CLOTHS),
    ("ALD-CHR-DIN", "otter-dining-chair", "Otter Dining Chair", "alder", "chairs", "119.00", 6400, "BULKY", "Wood", (("OAK", "Oak"), ("ASH", "Ash"), ("BLK", "Black"))),
    ("ALD-TAB-FER", "fern-coffee-table", "Fern Coffee Table", "alder", "tables", "189.00", 14200, "BULKY", "Wood", (("OAK", "Oak"), ("ASH", "Ash"))),
    ("ALD-TAB-LON", "longacre-dining-table", "Longacre Dining Table", "alder", "tables", "549.00", 48000, "BULKY", "Wood", (("OAK", "Oak"), ("ASH", "Ash"))),
    ("ALD-SHE-BEC", "beck-shelf", "Beck Wall Shelf", "alder", "storage", "49.00", 3900, "PARCEL", "Wood", (("OAK", "Oak"), ("BLK", "Black"))),
    ("ALD-BSK-RUS", "rush-basket", "Rush Basket", "alder", "storage", "24.00", 900, "PARCEL", "Size", _SIZES),
    ("ALD-LMP-GLO", "glow-table-lamp", "Glow Table Lamp", "alder", "lighting", "59.00", 2100, "PARCEL", "Colour", (("WHT", "White"), ("BRS", "Brass"))),
    ("ALD-LMP-ARC", "arc-floor-lamp", "Arc Floor Lamp", "alder", "lighting", "149.00", 7800, "BULKY", "Colour", (("BLK", "Black"), ("BRS", "Brass"))),
    ("ALD-LMP-PEN", "harbour-pendant", "Harbour Pendant", "alder", "lighting", "89.00", 2600, "PARCEL", None, ()),
    ("ALD-CAN-CED", "cedar-candle", "Cedar and Smoke Candle", "alder", "lighting", "18.00", 420, "PARCEL", None, ()),
    ("ALD-POT-CAS", "hearth-casserole", "Hearth Cast-Iron Casserole", "alder", "cookware", "129.00", 5600, "PARCEL", "Colour", (("RED", "Ember"), ("GRN", "Moss"), ("BLU", "Ink"))),
    ("ALD-POT-PAN", "hearth-frying-pan", "Hearth Frying Pan", "alder", "cookware", "54.00", 2300, "PARCEL", "Size", (("24", "24 cm"), ("28", "28 cm"))),
    ("ALD-KNF-CHE", "slate-chef-knife", "Slate Chef's Knife", "alder", "cookware", "64.00", 380, "PARCEL", None, ()),
    ("ALD-KET-POU", "pour-over-kettle", "Pour-Over Kettle", "alder", "cookware", "79.00", 1350, "PARCEL", "Colour", (("STL", "Steel"), ("BLK", "Black"))),
    ("ALD-GRI-COF", "burr-grinder", "Burr Coffee Grinder", "alder", "cookware", "99.00", 1900, "PARCEL", None, ()),
    ("ALD-MUG-STO", "stoneware-mug", "Stoneware Mug", "alder", "tableware", "12.00", 410, "PARCEL", "Colour", (("SND", "Sand"), ("MOS", "Moss"), ("INK", "Ink"), ("CLA", "Clay"))),
    ("ALD-PLA-STO", "stoneware-plate", "Stoneware Dinner Plate", "alder", "tableware", "14.00", 720, "PARCEL", "Colour", (("SND", "Sand"), ("MOS", "Moss"), ("INK", "Ink"))),
    ("ALD-BOW-STO", "stoneware-bowl", "Stoneware Bowl", "alder", "tableware", "11.00", 520, "PARCEL", "Colour", (("SND", "Sand"), ("MOS", "Moss"))),
    ("ALD-GLS-TUM", "ripple-tumblers", "Ripple Tumblers, Set of Four", "alder", "tableware", "28.00", 1250, "PARCEL", None, ()),
    ("ALD-CUT-SAT", "satin-cutlery", "Satin Cutlery, 16 Pieces", "alder", "tableware", "75.00", 1480, "PARCEL", None, ()),
    ("ALD-LIN-BED", "washed-linen-bedding", "Washed Linen Bedding", "alder", "textiles", "139.00", 1850, "PARCEL", "Size", (("SNG", "Single"), ("DBL", "Double"), ("KNG", "King"))),
    ("ALD-LIN-TOW", "waffle-towel", "Waffle Towel", "alder", "textiles", "22.00", 480, "PARCEL", "Colour", (("WHT", "White"), ("SND", "Sand"))),
    ("ALD-CUS-VEL", "velvet-cushion", "Velvet Cushion", "alder", "textiles", "29.00", 650, "PARCEL", "Colour", (("MOS", "Moss"), ("INK", "Ink"), ("CLA", "Clay"))),
    ("ALD-THR-WOO", "lambswool-throw", "Lambswool Throw", "alder", "textiles", "69.00", 1100, "PARCEL", None, ()),
    ("ALD-RUG-JUT", "jute-rug", "Jute Rug", "alder", "textiles", "119.00", 8200, "BULKY", "Size", (("S", "120 × 180 cm"), ("L", "160 × 230 cm"))),
    ("ALD-CLK-WAL", "quiet-wall-clock", "Quiet Wall Clock", "alder", "decoration", "45.00", 980, "PARCEL", None, ()),
    ("ALD-VAS-STE", "stem-vase", "Stem Vase", "alder", "decoration", "32.00", 1150, "PARCEL", "Colour", (("WHT", "White"), ("CLA", "Clay"))),
    ("ALD-FRM-OAK", "oak-frame", "Oak Picture Frame", "alder", "decoration", "19.00", 700, "PARCEL", "Size", (("A4", "A4"), ("A3", "A3"))),
    ("ALD-JKT-RAI", "drift-rain-jacket", "Drift Rain Jacket", "alder", "outerwear", "129.00", 540, "PARCEL", "Size", (("XS", "XS"), *_SIZES)),
    ("ALD-JKT-DWN", "summit-down-jacket", "Summit Down Jacket", "alder", "outerwear", "189.00", 620, "PARCEL", "Size", (("XS", "XS"), *_SIZES)),
    ("ALD-SWT-MER", "merino-sweater", "Merino Sweater", "alder", "knitwear", "79.00", 380, "PARCEL", "Size", _SIZES),
    ("ALD-BEA-RIB", "ribbed-beanie", "Ribbed Beanie", "alder", "knitwear", "22.00", 95, "LETTER", "Colour", (("INK", "Ink"), ("CLA", "Clay"))),
    ("ALD-SHO-TRL", "trail-runner", "Trail Runner", "alder", "shoes", "115.00", 980, "PARCEL", "Size", _SHOES),
    ("ALD-SHO-CHE", "chelsea-boot", "Chelsea Boot", "alder", "shoes", "149.00", 1450, "PARCEL", "Size", _SHOES),
    ("ALD-SHO-CAN", "canvas-sneaker", "Canvas Sneaker", "alder", "shoes", "65.00", 860, "PARCEL", "Size", _SHOES),
    ("ALD-SHO-MEM", "pacer-edition-one", "Pacer Edition One", "alder", "shoes", "165.00", 940, "PARCEL", "Size", _SHOES),
    ("ALD-WAT-FLD", "field-watch", "Field Watch", "alder", "watches", "220.00", 180, "PARCEL", "Strap", (("LEA", "Leather"), ("NAT", "Canvas"))),
    ("ALD-WAT-VIN", "vintage-diver-1968", "Vintage Diver 1968", "alder", "watches", "1450.00", 210, "PARCEL", None, ()),
    ("ALD-BAG-TOT", "everyday-tote", "Everyday Tote", "alder", "bags", "48.00", 520, "PARCEL", "Colour", (("SND", "Sand"), ("INK", "Ink"))),
    ("ALD-BAG-PAC", "commuter-backpack", "Commuter Backpack", "alder", "bags", "95.00", 1050, "PARCEL", "Colour", (("INK", "Ink"), ("MOS", "Moss"))),
    ("ALD-BOT-INS", "insulated-bottle", "Insulated Bottle", "alder", "bags", "26.00", 390, "PARCEL", "Colour", (("WHT", "White"), ("INK", "Ink"), ("CLA", "Clay"))),
    ("VEL-FND", "velvet-foundation", "Velvet Foundation", "velvet", "foundation", "34.00", 180, "PARCEL", "Shade", _SHADES),
    ("VEL-FND-CUS", "dew-cushion-foundation", "Dew Cushion Foundation", "velvet", "foundation", "39.00", 120, "PARCEL", "Shade", _SHADES[2:7]),
    ("VEL-CON", "soft-concealer", "Soft Concealer", "velvet", "foundation", "22.00", 60, "LETTER", "Shade", _SHADES[1:7:2]),
    ("VEL-POW", "loose-powder", "Loose Setting Powder", "velvet", "foundation", "28.00", 110, "PARCEL", None, ()),
    ("VEL-LIP-MAT", "matte-lipstick", "Matte Lipstick", "velvet", "lips", "19.00", 55, "LETTER", "Shade", _REDS),
    ("VEL-LIP-SHE", "sheer-lip-balm", "Sheer Lip Balm", "velvet", "lips", "14.00", 40, "LETTER", "Shade", _REDS[:3]),
    ("VEL-LIP-LIN", "lip-liner", "Lip Liner", "velvet", "lips", "11.00", 25, "LETTER", "Shade", _REDS[1:]),
    ("VEL-EYE-PAL", "dusk-eye-palette", "Dusk Eye Palette", "velvet", "eyes", "42.00", 210, "PARCEL", None, ()),
    ("VEL-EYE-MAS", "volume-mascara", "Volume Mascara", "velvet", "eyes", "21.00", 70, "LETTER", "Colour", (("BLK", "Black"), ("BRN", "Brown"))),
    ("VEL-EYE-LIN", "ink-eyeliner", "Ink Eyeliner", "velvet", "eyes", "17.00", 30, "LETTER", "Colour", (("BLK", "Black"), ("BRN", "Brown"))),
    ("VEL-BRU-SET", "brush-set", "Brush Set, Eight Pieces", "velvet", "tools", "58.00", 320, "PARCEL", None, ()),
    ("VEL-SPO", "blending-sponge", "Blending Sponge", "velvet", "tools", "9.00", 35, "LETTER", None, ()),
    ("VEL-SKI-CLE", "oat-cleanser", "Oat Cleanser", "velvet", "skin-care", "18.00", 240, "PARCEL", "Size", (("100", "100 ml"), ("200", "200 ml"))),
    ("VEL-SKI-SER", "night-serum", "Night Serum", "velvet", "skin-care", "46.00", 130, "PARCEL", "Size", (("30", "30 ml"), ("50", "50 ml"))),
    ("VEL-SKI-CRM", "barrier-cream", "Barrier Cream", "velvet", "skin-care", "32.00", 190, "PARCEL", None, ()),
    ("VEL-SKI-SPF", "daily-sunscreen", "Daily Sunscreen SPF 50", "velvet", "skin-care", "24.00", 95, "LETTER", None, ()),
    ("VEL-PER-FIG", "fig-eau-de-parfum", "Fig Eau de Parfum", "velvet", "fragrance", "78.00", 380, "PARCEL", "Size", (("30", "30 ml"), ("50", "50 ml"))),
)  # fmt: skip

_DEARER: Mapping[str, str] = MappingProxyType(
    {
        "ALD-LIN-BED-DBL": "169.00",
        "ALD-LIN-BED-KNG": "199.00",
        "ALD-POT-PAN-28": "62.00",
        "ALD-RUG-JUT-L": "179.00",
        "ALD-BSK-RUS-M": "32.00",
        "ALD-BSK-RUS-L": "42.00",
        "ALD-FRM-OAK-A3": "27.00",
        "VEL-SKI-CLE-200": "29.00",
        "VEL-SKI-SER-50": "68.00",
        "VEL-PER-FIG-50": "112.00",
    }
)
"""SKU → pounds, where a variant costs more than its product's row says."""


def _euros(pounds: Decimal) -> Decimal:
    """A fifth more, to whole euros at the next ninety-five cents: 34.00 → 40.95."""
    return (pounds * Decimal("1.2")).to_integral_value() - Decimal("0.05")


def _gtin(number: int) -> str:
    """GTIN-14 in the range 952 that GS1 keeps for examples."""
    digits = f"0952{number:09d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _variants() -> tuple[SampleVariant, ...]:
    found: list[SampleVariant] = []
    for product in PRODUCTS:
        for suffix, value in product.values or (("", None),):
            sku = f"{product.stem}-{suffix}" if suffix else product.stem
            pounds = Decimal(_DEARER.get(sku, product.gbp))
            found.append(
                SampleVariant(
                    sku=sku,
                    name=f"{product.name} - {value}" if value else product.name,
                    product_slug=product.slug,
                    brand=product.brand,
                    option=product.option,
                    value=value,
                    gbp=pounds,
                    eur=_euros(pounds),
                    weight_grams=product.weight_grams,
                    shipping_class=product.shipping_class,
                    gtin=_gtin(len(found) + 1),
                )
            )
    return tuple(found)


PRODUCTS: tuple[SampleProduct, ...] = tuple(SampleProduct(*row[:5], Decimal(row[5]), *row[6:]) for row in _ROWS)
"""All products, in merchandised order."""

VARIANTS: tuple[SampleVariant, ...] = _variants()
"""All variants, product by product."""

_BY_SKU = MappingProxyType({item.sku: item for item in VARIANTS})


def variant(sku: str) -> SampleVariant:
    """The sample variant with this SKU; KeyError when there is none."""
    return _BY_SKU[sku]
