"""What a column of a file can be, and by which names it usually goes."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Target:
    """One thing a column can hold. `names` are folded headings, the most telling first."""

    slug: str
    title: str
    names: tuple[str, ...] = ()
    sort: str = "text"  # text | date | number


def _target(slug: str, title: str, names: str = "", sort: str = "text") -> Target:
    return Target(slug=slug, title=title, names=tuple(names.split()), sort=sort)


ORDERS = (
    _target(
        "number",
        "Order number",
        "invoiceno invoicenumber invoiceid invoice ordernumber orderno orderid ordername "
        "order receipt receiptno transactionid transaction rechnungsnummer rechnungsnr "
        "bestellnummer auftragsnummer belegnummer belegnr number name",
    ),
    _target(
        "client_number",
        "Client number",
        "customerid customernumber customerno clientnumber clientid clientno custid "
        "accountnumber accountno memberid userid kundennummer kundennr debitor customer "
        "client",
    ),
    _target(
        "client_email",
        "Client e-mail",
        "email emailaddress customeremail clientemail mail billingemail contactemail",
    ),
    _target(
        "client_name",
        "Client name",
        "customername clientname billingname company companyname kunde kundenname firma "
        "contactname",
    ),
    _target(
        "date",
        "Date (and time)",
        "orderdate invoicedate date placedat createdat orderedat purchasedate paidat "
        "datetime timestamp created rechnungsdatum bestelldatum datum day",
        "date",
    ),
    _target("time", "Time of day", "time ordertime invoicetime timeofday uhrzeit"),
    _target(
        "amount",
        "Amount",
        "amount ordertotal grandtotal total totalamount linetotal dollarvalue value "
        "revenue sales betrag summe gesamt umsatz nettobetrag net subtotal paid sum",
        "number",
    ),
    _target(
        "quantity",
        "Quantity",
        "quantity qty lineitemquantity numberofcds units menge anzahl count",
        "number",
    ),
    _target(
        "unit_price",
        "Unit price",
        "unitprice lineitemprice itemprice price einzelpreis preis",
        "number",
    ),
    _target("currency", "Currency", "currency currencycode waehrung wahrung"),
    _target(
        "sku",
        "Article number",
        "stockcode sku lineitemsku productcode productid itemno itemnumber articleno "
        "artikelnummer",
    ),
    _target(
        "description",
        "Article",
        "description productname lineitemname product itemname item article artikel "
        "bezeichnung beschreibung",
    ),
    _target("refund_of", "Number of the refunded order", "refundof originalorder original"),
    _target("note", "Note", "note notes comment comments bemerkung"),
)

CLIENTS = (
    _target(
        "number",
        "Client number",
        "clientnumber clientid clientno customerid customernumber customerno custid "
        "accountnumber accountno memberid kundennummer kundennr number no nr nummer id "
        "recordid",
    ),
    _target(
        "name",
        "Name",
        "name clientname customername companyname company organisation organization "
        "fullname displayname firma kunde kundenname",
    ),
    _target("first_name", "First name", "firstname givenname vorname"),
    _target("last_name", "Last name", "lastname surname familyname nachname"),
    _target("kind", "Person or organisation", "kind type clienttype art typ"),
    _target(
        "contact_name",
        "Contact person",
        "contactname contact contactperson kontakt ansprechpartner",
    ),
    _target(
        "email", "E-mail", "email emailaddress mail primaryemail contactemail emailadresse"
    ),
    _target(
        "phone",
        "Phone",
        "phone phonenumber telephone tel mobile mobilephone telefon telefonnummer",
    ),
    _target(
        "street", "Street", "street address address1 addressline1 streetaddress strasse"
    ),
    _target("postcode", "Postcode", "postcode postalcode zip zipcode plz"),
    _target("city", "City", "city town ort stadt"),
    _target("region", "Region", "region state province county bundesland"),
    _target("country", "Country", "country countrycode land"),
    _target(
        "owner",
        "Looked after by (e-mail or name)",
        "owner owneremail lookedafterby accountmanager",
    ),
    _target("tags", "Tags", "tags tag labels schlagworte"),
    _target("interests", "Interests", "interests interest interessen"),
    _target("industry", "Industry", "industry sector branche"),
    _target(
        "birthday", "Birthday", "birthday birthdate dateofbirth dob geburtstag", "date"
    ),
    _target(
        "client_since",
        "Client since",
        "clientsince customersince since membersince kundeseit joined createdate",
        "date",
    ),
    _target("influence", "Influence (1 to 5)", "influence influence1to5 einfluss"),
    _target(
        "growth_potential",
        "Growth potential (1 to 5)",
        "growthpotential growthpotential1to5 potential",
    ),
    _target("time_zone", "Time zone", "timezone tz zeitzone"),
    _target("language", "Language", "language locale sprache"),
    _target("notes", "Notes", "notes note comment comments remarks notizen bemerkung"),
    _target("consent", "May we write (yes or no)", "consent optin marketingconsent"),
    _target("consent_source", "Consent: where it was given", "consentsource optinsource"),
    _target(
        "consent_date",
        "Consent: when",
        "consentdate consentat optindate optintime confirmtime",
        "date",
    ),
    _target("consent_wording", "Consent: wording", "consentwording consenttext optintext"),
)

TARGETS = {"orders": ORDERS, "clients": CLIENTS}


def titles(about: str) -> dict[str, str]:
    """Return slug and title of every target."""
    return {target.slug: target.title for target in TARGETS[about]}
