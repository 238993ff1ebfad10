"""The words the demo is made of. People and firms are put together; none exists."""

from dataclasses import dataclass


def _list(words: str) -> list[str]:
    return words.split()


FIRST = _list(
    "Ada Aidan Alma Amir Anna Arthur Bea Boris Bram Carla Cian Clara Conor Dana "
    "David Edda Eilis Elena Emil Enzo Erik Esme Eva Farah Felix Finn Flora Frida "
    "Gemma Greta Hana Henry Hugo Ida Imran Ines Iris Ivan Jana Joel Jonah Jude "
    "Julia Kara Karl Kezia Lara Lena Leo Liam Lina Lotte Luca Lucy Maeve Magnus "
    "Mara Marek Marta Milo Mina Nadia Nell Niamh Nico Nils Nora Olaf Omar Orla "
    "Oscar Otis Paula Petra Quinn Rafa Rhea Roisin Rosa Ruben Ruth Saoirse Sami "
    "Selma Silas Sofia Stina Tara Theo Tilda Toby Una Vera Viktor Wanda Wilma Yara "
    "Yusuf Zoe"
)
SURNAME = (
    _list(
        "Ash Bram Clover Dun Elder Fen Gorse Hazel Holl Ivel Kest Lark Mar Nettle Ott Pen"
    )
    + _list("Quill Row Sorrel Thorn Ulver Wend Wyn Yar"),
    _list("bourne brook combe dale field gate ley mere more shaw stead ton wick worth"),
)
PLACE = _list(
    "Anchor Beacon Bluebell Bridge Candle Copper Corner Crane Ember Feather Fiddle "
    "Ginger Harbour Heron Juniper Kettle Lantern Linden Magpie Marble Meadow "
    "Millstone Nutmeg Orchard Pebble Plum Quarry Saddle Salt Seven Sparrow Station "
    "Thimble Tide Willow"
)
TRADES = {
    "Café": ("Café", "Coffee House", "Tea Rooms", "Espresso Bar"),
    "Restaurant": ("Kitchen", "Bistro", "Table", "Eating House"),
    "Hotel": ("Hotel", "Guest House", "Inn"),
    "Office": ("Studio", "Partners", "Architects", "Software", "Law", "Press"),
    "Shop": ("Delicatessen", "Books & Coffee", "Market", "Pantry"),
}
TITLES = ("Owner", "Manager", "Buyer", "Office manager", "Head of kitchen", "Barista")
STREETS = ("Quay Street", "Mill Lane", "Church Road", "Market Square", "Harbour View")
INTERESTS = (
    "espresso",
    "filter coffee",
    "decaf",
    "single origins",
    "tea",
    "latte art",
    "home roasting",
    "sustainability",
    "gifts",
)
TAGS = ("wholesale", "press", "neighbour", "met at the fair", "pays late", "friend")
NOTES = (
    "Prefers the darker roasts; never before ten in the morning.",
    "Deliveries by the back door. The dog is friendly.",
    "Asked twice about compostable bags.",
    "Sends us people; say thank you.",
    "Likes to hear about new origins first.",
)


@dataclass(frozen=True)
class Town:
    """Where clients live: currency, time zone and how phones begin there."""

    name: str
    country: str
    currency: str
    time_zone: str
    postcode: str
    phone: str


GALWAY = Town("Galway", "Ireland", "EUR", "", "H91", "+447700900")
TOWNS = (
    [GALWAY] * 9
    + [Town("Cork", "Ireland", "EUR", "", "T12", "+447700900")] * 4
    + [Town("Dublin", "Ireland", "EUR", "", "D02", "+447700900")] * 4
    + [Town("Bristol", "United Kingdom", "GBP", "Europe/London", "BS1", "+447700900")] * 3
    + [Town("Bern", "Switzerland", "CHF", "Europe/Zurich", "3011", "+447700900")]
    + [Town("Boston", "United States", "USD", "America/New_York", "02108", "+161755501")]
)
GAVE = (
    "Sent a sample of the new Ethiopian",
    "Wrote a card to say thank you",
    "Passed on an article about grinders",
    "Invited to the cupping evening",
    "Told them about the water filter offer before the public",
)
ASKED = ("Offered the winter blend", "Asked about a larger order", "Asked for a review")
SERVED = (
    "Confirmed the delivery",
    "Sorted out a torn bag",
    "Talked the new grinder through",
    "Changed the delivery day",
    "Sent the invoice again",
)
CAME_IN = (
    "Asks whether the decaf is back",
    "Wants to move the next delivery",
    "Thanks for the tasting, all loved it",
    "Has a question about the invoice",
)
WAITING = (
    "Asks for a price for twice the quantity from next month",
    "The machine leaks a little; can somebody look?",
    "Would like to visit the roastery with six people",
)
CALLED = (
    "Talked about the summer; they plan a second place",
    "Short call: all fine, deliveries on time",
    "Visited; they tried the new roast and liked it",
)
# Of those who never order, but send guests or lend a room.
SHARED = (
    "Passed on two guests who asked for a place to stay",
    "Sent photographs of the evening at theirs",
    "Told them about the food festival",
)
ANSWERED = (
    "Sends four people on Saturday",
    "Would lend the room for the cupping again",
    "Thanks; put our card on the counter",
)
OFF = "Has to call off the visit"
