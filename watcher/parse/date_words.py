"""Names of months, zones and halves of the day, as feeds write them."""

import unicodedata

_MONTHS_BY_NUMBER = """
january січень січня январь января styczeń stycznia ocak janeiro enero januar jänner janvier \
gennaio ιανουάριος ιανουαρίου január
february лютий лютого февраль февраля luty lutego şubat fevereiro febrero februar feber février \
febbraio φεβρουάριος φεβρουαρίου február
march березень березня март марта marzec marca mart março marzo märz maerz mars μάρτιος μαρτίου \
március
april квітень квітня апрель апреля kwiecień kwietnia nisan abril avril aprile απρίλιος απριλίου \
április
may травень травня май мая maj maja mayıs maio mayo mai maggio μάιος μαΐου május
june червень червня июнь июня czerwiec czerwca haziran junho junio juni juin giugno ιούνιος \
ιουνίου június
july липень липня июль июля lipiec lipca temmuz julho julio juli juillet luglio ιούλιος ιουλίου \
július
august серпень серпня август августа sierpień sierpnia ağustos agosto août αύγουστος αυγούστου \
augusztus
september вересень вересня сентябрь сентября wrzesień września eylül setembro septiembre \
setiembre septembre settembre σεπτέμβριος σεπτεμβρίου szeptember
october жовтень жовтня октябрь октября październik października ekim outubro octubre oktober \
octobre ottobre οκτώβριος οκτωβρίου október
november листопад листопада ноябрь ноября listopad listopada kasım novembro noviembre novembre \
νοέμβριος νοεμβρίου
december грудень грудня декабрь декабря grudzień grudnia aralık dezembro diciembre dezember \
décembre dicembre δεκέμβριος δεκεμβρίου
"""
"""A line for each month: English, Ukrainian, Russian, Polish, Turkish, Portuguese, Spanish, German,
French, Italian, Greek, Hungarian; nominatives and genitives."""
_SHORT_BY_NUMBER = (
    "jan січ янв sty oca ene gen janv ιαν jän 1月 一月 1월",
    "feb лют фев февр lut şub fev févr febr φεβ 2月 二月 2월",
    "mar бер мар mrt mär mrz márc μάρ 3月 三月 3월",
    "apr кві квіт апр kwi nis abr avr ápr απρ 4月 四月 4월",
    "may тра трав maj maio mai mag máj μάι 5月 五月 5월",
    "jun чер черв июн cze haz giu jún ιούν 6月 六月 6월",
    "jul лип июл lip tem juil juill lug júl ιούλ 7月 七月 7월",
    "aug сер серп авг sie ağu ago aoû αύγ 8月 八月 8월",
    "sep вер сен сент wrz eyl set sept sett szept σεπ 9月 九月 9월",
    "oct жов жовт окт paź eki out okt ott οκτ 10月 十月 10월",
    "nov лис лист ноя нояб lis kas νοέ 11月 十一月 11월",
    "dec гру груд дек gru ara dez dic déc δεκ 12月 十二月 12월",
)


def plain(text: str) -> str:
    """Write a text in lower case and without accents: some outlets leave them out."""
    low = unicodedata.normalize("NFKC", text).lower()
    if low.isascii():
        return low
    letters = (
        sign for sign in unicodedata.normalize("NFKD", low) if not unicodedata.combining(sign)
    )
    return unicodedata.normalize("NFC", "".join(letters)).replace("ı", "i")


MONTHS = {
    plain(name): number
    for names in (_MONTHS_BY_NUMBER.strip().splitlines(), _SHORT_BY_NUMBER)
    for number, of_month in enumerate(names, start=1)
    for name in of_month.split()
}
"""Names of months, full and short, as `plain` writes them, and their numbers."""

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
    "πμ": 0,
    "μμ": 12,
    "上午": 0,
    "下午": 12,
    "午前": 0,
    "午後": 12,
    "오전": 0,
    "오후": 12,
    "晚上": 12,
}
"""Words for forenoon and afternoon, and the hours they add."""
