"""What is said of each sample product: text, facts, pictures. A table, and the few rules that spare repeating."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

from subgraphs.kit.sample_world import PRODUCTS, SampleProduct

Fact = tuple[str, str, str] | tuple[str, str, str, str]
"""Code, label, value and, for numbers, unit."""


@dataclass(frozen=True, slots=True)
class Details:
    """Texts and assets of one product; `size_mm` is width, height, depth; `measure` the content, e.g. (180, "g")."""

    html: str
    maker: str | None
    facts: tuple[Fact, ...]
    shots: tuple[tuple[int, str], ...]
    film: tuple[int, ...]
    model: str | None
    size_mm: tuple[int, int, int] | None
    measure: tuple[int, str] | None
    badges: tuple[str, ...]


# slug: (text, material, second fact)
_TEXTS: Mapping[str, tuple[str, str, Fact]] = {
    "haven-sofa": ("A deep three-seat sofa on a beech frame, with loose covers that go into the wash.", "Linen and beech", ("seats", "Seats", "3")),
    "nook-loveseat": ("The Haven for two, made for bay windows and first flats.", "Linen and beech", ("seats", "Seats", "2")),
    "willow-armchair": ("A high back, a soft seat and arms wide enough for a cup.", "Wool and oak", ("seats", "Seats", "1")),
    "otter-dining-chair": ("Steam-bent back, woven seat; stacks four high.", "Solid wood", ("seat-height", "Seat height", "46", "cm")),
    "fern-coffee-table": ("A low round table whose top lifts off as a tray.", "Solid wood", ("diameter", "Diameter", "80", "cm")),
    "longacre-dining-table": ("Seats eight; the leaf is stored under the top.", "Solid wood", ("seats", "Seats", "8")),
    "beck-shelf": ("One board, two hidden brackets, twenty kilograms of books.", "Solid wood", ("load", "Load", "20", "kg")),
    "rush-basket": ("Hand-woven from English rush; smells of hay for its first month.", "Rush", ("care", "Care", "Wipe clean")),
    "glow-table-lamp": ("A dimmable lamp with a shade of pressed paper.", "Steel and paper", ("power", "Power", "9", "W")),
    "arc-floor-lamp": ("Reaches over the sofa and stays out of the way of the window.", "Steel", ("power", "Power", "12", "W")),
    "harbour-pendant": ("Enamelled by hand, hung from two metres of cloth cable.", "Enamelled steel", ("power", "Power", "15", "W")),
    "cedar-candle": ("Cedar, smoke and a little orange peel; burns for forty hours.", "Soy wax", ("burn-time", "Burn time", "40", "h")),
    "hearth-casserole": ("Holds four and a half litres and its heat; goes from hob to oven to table.", "Cast iron", ("care", "Care", "Hand wash")),
    "hearth-frying-pan": ("Seasoned with rapeseed oil and better every year.", "Cast iron", ("care", "Care", "Hand wash")),
    "slate-chef-knife": ("Twenty centimetres of Sheffield steel on a handle of ash.", "Steel", ("blade", "Blade", "20", "cm")),
    "pour-over-kettle": ("A narrow spout for a slow pour, a thermometer in the lid.", "Steel", ("volume", "Volume", "1", "l")),
    "burr-grinder": ("Forty steps from espresso to cafetière, quiet enough for six in the morning.", "Steel and glass", ("steps", "Steps", "40")),
    "stoneware-mug": ("Thrown in Stoke, glazed twice, a handle for three fingers.", "Stoneware", ("care", "Care", "Dishwasher safe")),
    "stoneware-plate": ("A dinner plate with a rim that keeps the sauce in.", "Stoneware", ("care", "Care", "Dishwasher safe")),
    "stoneware-bowl": ("For porridge, soup and everything eaten on the sofa.", "Stoneware", ("care", "Care", "Dishwasher safe")),
    "ripple-tumblers": ("Four tumblers that catch the light and forgive a fall.", "Glass", ("care", "Care", "Dishwasher safe")),
    "satin-cutlery": ("Sixteen pieces for four, brushed and balanced.", "Steel", ("care", "Care", "Dishwasher safe")),
    "washed-linen-bedding": ("Portuguese linen, washed until it is soft; a duvet cover and pillow cases.", "Linen", ("care", "Care", "40° wash")),
    "waffle-towel": ("Thin, thirsty, dry by noon.", "Cotton", ("care", "Care", "60° wash")),
    "velvet-cushion": ("Cotton velvet on both sides and a filling of feathers.", "Cotton velvet", ("care", "Care", "30° wash")),
    "lambswool-throw": ("Woven in the Borders from the wool of its first shearing.", "Wool", ("care", "Care", "Dry clean")),
    "jute-rug": ("A flat weave that takes boots, dogs and vacuum cleaners.", "Jute", ("care", "Care", "Spot clean")),
    "quiet-wall-clock": ("Sweeps instead of ticking.", "Ash wood", ("diameter", "Diameter", "30", "cm")),
    "stem-vase": ("A narrow neck for a single stem.", "Stoneware", ("height", "Height", "24", "cm")),
    "oak-frame": ("Oak, real glass, hangs both ways.", "Oak", ("care", "Care", "Wipe clean")),
    "drift-rain-jacket": ("Three layers, taped seams, packs into its own pocket.", "Recycled nylon", ("water-column", "Water column", "20000", "mm")),
    "summit-down-jacket": ("Eight hundred fill power, traced to the farm.", "Down", ("season", "Season", "Winter")),
    "merino-sweater": ("Fine merino that never scratches; elbows reinforced.", "Wool", ("season", "Season", "All year")),
    "ribbed-beanie": ("A deep turn-up over the ears.", "Wool", ("season", "Season", "Winter")),
    "trail-runner": ("Grip for mud, cushion for the road home.", "Mesh", ("drop", "Drop", "6", "mm")),
    "chelsea-boot": ("Welted, so that it can be soled again.", "Leather", ("season", "Season", "Winter")),
    "canvas-sneaker": ("Twelve ounces of canvas on natural rubber.", "Canvas", ("season", "Season", "Summer")),
    "pacer-edition-one": ("A plated racer in a numbered run, for members first.", "Mesh", ("drop", "Drop", "8", "mm")),
    "field-watch": ("A hand-wound movement behind a domed glass.", "Steel", ("water-resistance", "Water resistance", "100", "m")),
    "vintage-diver-1968": ("Restored in our workshop, with its papers. One piece, to be tried on in the store.", "Steel", ("year", "Year", "1968")),
    "everyday-tote": ("Carries a laptop, lunch and the shopping.", "Canvas", ("volume", "Volume", "18", "l")),
    "commuter-backpack": ("Opens flat, stands by itself, sheds rain.", "Recycled nylon", ("volume", "Volume", "22", "l")),
    "insulated-bottle": ("Hot for twelve hours, cold for a day.", "Steel", ("volume", "Volume", "0.5", "l")),
    "velvet-foundation": ("A weightless foundation that looks like skin and stays for twelve hours.", "Liquid", ("finish", "Finish", "Satin")),
    "dew-cushion-foundation": ("A cushion compact for a glow on the go; refills available.", "Cushion", ("finish", "Finish", "Dewy")),
    "soft-concealer": ("Covers what sleep did not, and does not settle.", "Liquid", ("finish", "Finish", "Natural")),
    "loose-powder": ("Sets without showing.", "Powder", ("finish", "Finish", "Matte")),
    "matte-lipstick": ("One pass, full colour, no dryness.", "Stick", ("finish", "Finish", "Matte")),
    "sheer-lip-balm": ("A balm with a hint of colour.", "Stick", ("finish", "Finish", "Sheer")),
    "lip-liner": ("A soft pencil that keeps the edge.", "Pencil", ("finish", "Finish", "Matte")),
    "dusk-eye-palette": ("Nine shades from noon to midnight.", "Powder", ("shades", "Shades", "9")),
    "volume-mascara": ("Lifts at the root, comes off with warm water.", "Liquid", ("finish", "Finish", "Satin")),
    "ink-eyeliner": ("A felt tip for lines as thin as you dare.", "Liquid", ("finish", "Finish", "Matte")),
    "brush-set": ("Eight vegan brushes in a roll.", "Synthetic hair", ("pieces", "Pieces", "8")),
    "blending-sponge": ("Swells when wet, blends without a streak.", "Foam", ("care", "Care", "Hand wash")),
    "oat-cleanser": ("Oat milk and glycerine; rinses clean without tightness.", "Cream", ("skin-type", "Skin type", "Sensitive")),
    "night-serum": ("Retinal at a strength for every night.", "Serum", ("skin-type", "Skin type", "All")),
    "barrier-cream": ("Ceramides for the days when everything stings.", "Cream", ("skin-type", "Skin type", "Dry")),
    "daily-sunscreen": ("SPF 50 that disappears on every tone of skin.", "Fluid", ("skin-type", "Skin type", "All")),
    "fig-eau-de-parfum": ("Green fig, cedar and warm stone.", "Perfume", ("family", "Family", "Green")),
}  # fmt: skip

_MAKERS = {
    "field-watch": "Halden",
    "vintage-diver-1968": "Aquastar",
    "burr-grinder": "Mahlwerk",
    "slate-chef-knife": "Sheffield Steelworks",
}
_BADGES: Mapping[str, tuple[str, ...]] = {
    "pacer-edition-one": ("Members first",), "vintage-diver-1968": ("In store only",), "dew-cushion-foundation": ("New",),
    "fig-eau-de-parfum": ("New",), "velvet-foundation": ("Best seller",), "stoneware-mug": ("Best seller",),
}  # fmt: skip
_SIZES_MM: Mapping[str, tuple[int, int, int]] = {
    "haven-sofa": (2180, 820, 960), "nook-loveseat": (1540, 820, 920), "willow-armchair": (780, 1020, 840),
    "otter-dining-chair": (460, 810, 520), "fern-coffee-table": (800, 390, 800), "longacre-dining-table": (2000, 750, 950),
    "arc-floor-lamp": (1100, 2050, 380), "glow-table-lamp": (280, 440, 280),
}  # fmt: skip
_IN_ROOM = frozenset(
    {"haven-sofa", "nook-loveseat", "willow-armchair", "fern-coffee-table", "longacre-dining-table", "arc-floor-lamp"}
)
_ON_BODY = frozenset({"velvet-foundation", "dew-cushion-foundation", "matte-lipstick", "sheer-lip-balm", "field-watch"})
_FILMS = {
    "haven-sofa": 42,
    "pour-over-kettle": 65,
    "drift-rain-jacket": 30,
    "velvet-foundation": 55,
    "dusk-eye-palette": 38,
    "trail-runner": 28,
}
_CONTENT_G = {"cedar-candle": 220, "loose-powder": 25, "barrier-cream": 50}


def _details(product: SampleProduct) -> Details:
    text, material, fact = _TEXTS[product.slug]
    first = f"{html.escape(text)}"
    second = (
        f"Sold by {'Velvet Lane' if product.brand == 'velvet' else 'Alder &amp; Ash'}; returns are free for 60 days."
    )
    facts: list[Fact] = [("material", "Texture" if product.brand == "velvet" else "Material", material), fact]
    facts.append(("weight", "Weight", str(product.weight_grams), "g"))
    return Details(
        html=f"<p>{first}</p><ul><li>{html.escape(material)}</li><li>{second}</li></ul>",
        maker=_MAKERS.get(product.slug),
        facts=tuple(facts),
        shots=((1, "front"), (2, "in use"), (3, "detail")),
        film=(_FILMS[product.slug],) if product.slug in _FILMS else (),
        model="IN_ROOM" if product.slug in _IN_ROOM else "ON_BODY" if product.slug in _ON_BODY else None,
        size_mm=_SIZES_MM.get(product.slug),
        measure=(_CONTENT_G[product.slug], "g") if product.slug in _CONTENT_G else None,
        badges=_BADGES.get(product.slug, ()),
    )


DETAILS: Mapping[str, Details] = {product.slug: _details(product) for product in PRODUCTS}
"""Product slug → what is said of it."""
