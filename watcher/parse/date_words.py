"""Names of months, zones and halves of the day, as feeds write them."""

_MONTHS_BY_NUMBER = """
january січень січня январь января styczeń stycznia styczen ocak janeiro enero januar jänner \
janvier gennaio ιανουάριος ιανουαρίου január
february лютий лютого февраль февраля luty lutego şubat subat fevereiro febrero februar feber \
février fevrier febbraio φεβρουάριος φεβρουαρίου február
march березень березня март марта marzec marca mart março marco marzo märz maerz mars marzo \
μάρτιος μαρτίου március
april квітень квітня апрель апреля kwiecień kwietnia kwiecien nisan abril avril aprile απρίλιος \
απριλίου április
may травень травня май мая maj maja mayıs mayis maio mayo mai maggio μάιος μαΐου május
june червень червня июнь июня czerwiec czerwca haziran junho junio juni juin giugno ιούνιος \
ιουνίου június
july липень липня июль июля lipiec lipca temmuz julho julio juli juillet luglio ιούλιος ιουλίου \
július
august серпень серпня август августа sierpień sierpnia sierpien ağustos agustos agosto août aout \
αύγουστος αυγούστου augusztus
september вересень вересня сентябрь сентября wrzesień września wrzesien wrzesnia eylül eylul \
setembro septiembre setiembre septembre settembre σεπτέμβριος σεπτεμβρίου szeptember
october жовтень жовтня октябрь октября październik października pazdziernik pazdziernika ekim \
outubro octubre oktober octobre ottobre οκτώβριος οκτωβρίου október
november листопад листопада ноябрь ноября listopad listopada kasım kasim novembro noviembre \
novembre νοέμβριος νοεμβρίου
december грудень грудня декабрь декабря grudzień grudnia grudzien aralık aralik dezembro \
diciembre dezember décembre decembre dicembre δεκέμβριος δεκεμβρίου
"""
"""A line for each month: English, Ukrainian, Russian, Polish, Turkish, Portuguese, Spanish, German,
French, Italian, Greek, Hungarian; nominatives and genitives, with and without accents."""
_SHORT_BY_NUMBER = (
    "jan січ янв sty oca ene gen janv ιαν jän",
    "feb лют фев февр lut şub sub fev fév févr feb febr φεβ",
    "mar бер мар mrt mär mrz márc μάρ μαρ",
    "apr кві квіт апр kwi nis abr avr ápr απρ",
    "may тра трав maj maio mai mag máj μάι μαϊ",
    "jun чер черв июн cze haz jui giu jún ιούν ιουν",
    "jul лип июл lip tem juil lug júl ιούλ ιουλ",
    "aug сер серп авг sie ağu agu ago aoû aou αύγ αυγ",
    "sep вер вер сен сент wrz eyl set sept sett szept σεπ",
    "oct жов жовт окт paź paz eki out okt ott οκτ",
    "nov лис лист ноя нояб lis kas νοέ νοε",
    "dec гру груд дек gru ara dez dic déc dez δεκ",
)

MONTHS = {
    name: number
    for names in (_MONTHS_BY_NUMBER.strip().splitlines(), _SHORT_BY_NUMBER)
    for number, of_month in enumerate(names, start=1)
    for name in of_month.split()
}
"""Names of months in lower case, full and short, and their numbers."""

_HOURS = {
    "ut utc gmt z wet": 0,
    "bst wat cet west met mez": 1,
    "eet cest cat sast mesz": 2,
    "msk мск eest eat trt idt": 3,
    "gst msd get azt samt": 4,
    "pkt uzt yekt": 5,
    "omst": 6,
    "ict wib krat": 7,
    "hkt sgt pht cst_cn awst irkt": 8,
    "jst kst yakt": 9,
    "aest vlat": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
    "art brt adt": -3,
    "ast edt clt": -4,
    "est cdt": -5,
    "cst mdt": -6,
    "mst pdt": -7,
    "pst akdt": -8,
    "akst": -9,
    "hst": -10,
}
ZONES = {name: hours * 60 for names, hours in _HOURS.items() for name in names.split()} | {
    "ist": 330,
    "npt": 345,
    "irst": 210,
    "acst": 570,
    "acdt": 630,
    "nst": -210,
    "ndt": -150,
}
"""Zones in lower case and their minutes east of UTC; of several meanings the likeliest in news:
IST is Indian, BST British Summer, CST American time."""

MERIDIEMS = {
    "am": 0,
    "pm": 12,
    "上午": 0,
    "下午": 12,
    "午前": 0,
    "午後": 12,
    "오전": 0,
    "오후": 12,
    "晚上": 12,
}
"""Words for forenoon and afternoon, and the hours they add."""
