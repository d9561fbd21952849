"""Systems by which Ukrainian and Russian names are spelled in Latin letters, and read back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class System:
    """One way of spelling names of `source` for readers of `target`.

    `table` holds `pattern=replacement` parted by blanks; at each place of a lower-case name the
    first pattern that fits is replaced, by nothing if nothing follows. Languages are BCP 47's.
    """

    source: str
    target: str
    name: str
    table: str = field(repr=False)

    def spell(self, name: str) -> str:
        """Spell `name` by this system; each word keeps its capital."""
        return _WORD.sub(lambda word: self._spell_word(word[0]), name)

    def _spell_word(self, word: str) -> str:
        rules = [entry.rpartition("=")[::2] for entry in self.table.split()]
        places = re.compile("|".join(f"({pattern})" for pattern, _ in rules))
        spelled = places.sub(lambda place: rules[(place.lastindex or 1) - 1][1], word.lower())
        return spelled[:1].upper() + spelled[1:] if word[:1].isupper() else spelled


def romanisations(name: str, source: str) -> Iterator[tuple[System, str]]:
    """Spell a Cyrillic `name` of `source` (`uk` or `ru`) by every system there is."""
    for system in ROMAN:
        if system.source == source:
            yield system, system.spell(name)


def readings(name: str) -> Iterator[tuple[System, str]]:
    """Read a name in Latin letters back into Cyrillic, by the systems that spell it just so.

    Of the readings in one language the plainest is taken (`sch` is ш before it is сч); where
    only one language knows the given name, the other is left out.
    """
    if not re.search("[A-Za-z]", name):
        return
    for target in _languages_that_know(name):
        fitting = [
            (system, system.spell(name))
            for system in READ
            if system.target == target and _fits(system, name)
        ]
        if fitting:
            yield from _plainest(fitting)


def counterpart(name: str, source: str, *, hard: bool = False) -> str:
    """Write a Ukrainian name as Russian does, or the other way round: given names, then letters.

    Of a Ukrainian и nobody can tell whether Russian has и (Тимошенко) or, with `hard`, ы (Сырский).
    """
    system = _TO_RUSSIAN if source == "uk" else _TO_UKRAINIAN
    if hard and source == "uk":
        system = _TO_HARD_RUSSIAN
    given = _GIVEN_IN_RUSSIAN if source == "uk" else _GIVEN_IN_UKRAINIAN
    return _WORD.sub(lambda word: given.get(word[0]) or system.spell(word[0]), name)


def knows_given_name(name: str, language: str) -> bool:
    """Tell whether a word of a Cyrillic `name` is a given name of that language alone."""
    own = _GIVEN_IN_RUSSIAN if language == "uk" else _GIVEN_IN_UKRAINIAN
    other = _GIVEN_IN_UKRAINIAN if language == "uk" else _GIVEN_IN_RUSSIAN
    return any(word in own and word not in other for word in name.split())


def _languages_that_know(name: str) -> list[str]:
    knowing = [
        system.target
        for system in READ
        if _fits(system, name) and knows_given_name(system.spell(name), system.target)
    ]
    return list(dict.fromkeys(knowing)) or ["uk", "ru"]


def _fits(read: System, latin: str) -> bool:
    """Tell whether each word, once read, is spelled so again in the same orthography."""
    return not _IMPOSSIBLE.search(read.spell(latin).lower()) and all(
        any(
            _comparable(system.spell(cyrillic)) == _comparable(word)
            for system in ROMAN
            if (system.target, system.source) == (read.source, read.target)
        )
        for word, cyrillic in zip(latin.split(), read.spell(latin).split(), strict=True)
    )


def _plainest(fitting: list[tuple[System, str]]) -> list[tuple[System, str]]:
    first, shortest = min(fitting, key=lambda one: _length(one[1]))
    return [
        (system, text)
        for system, text in fitting
        if system.name == first.name and _length(text) == _length(shortest)
    ]


def _length(cyrillic: str) -> int:
    return len(re.sub(r"ь|(?<=[иы])й\b", "", cyrillic))


def _comparable(word: str) -> str:
    return word.lower().replace("x", "ks").replace("'", "").replace("’", "")


_IMPOSSIBLE = re.compile(r"[a-zà-ž]|\bы|[гкхжчшщ]ы|[ыи]ы|ыи|скі\b")
"""What is not read, or what no Cyrillic name has: Целенскыы, Селенскыж, Залужныи."""
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")

# Tables say first what depends on the place, then what differs, then the common letters.
_COMMON = "а=a б=b в=v г=g ґ=g д=d е=e з=z и=i і=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f "
_COMMON += "ь= ъ= '= ’= ʼ= э=e ы=y "
_ENGLISH = "ж=zh х=kh ц=ts ч=ch ш=sh щ=shch ё=yo й=y ю=yu я=ya " + _COMMON
_GERMAN = r"(?<=[аеєиіїоуюяёыэ])с(?=[аеєиіїоуюяёыэ])=ss в=w ж=sch з=s х=ch ц=z ч=tsch ш=sch "
_GERMAN += "щ=schtsch ю=ju я=ja " + _COMMON
_FRENCH = r"(?<=[аеєиіїоуюяёыэ])с(?=[аеєиіїоуюяёыэ])=ss ж=j й=ï у=ou х=kh ц=ts ч=tch ш=ch "
_FRENCH += "щ=chtch ю=iou я=ia " + _COMMON
_POLISH = r"(?<=л)ю=u (?<=л)я=a ^ю=ju ^я=ja (?<=[аеєиіїоуюяёыэ'ьъ])ю=ju "
_POLISH += r"(?<=[аеєиіїоуюяёыэ'ьъ])я=ja ю=iu я=ia сь=ś нь=ń зь=ź ць=ć в=w ж=ż й=j х=ch ц=c ч=cz "
_POLISH += "ш=sz щ=szcz " + _COMMON
_ISO_9 = "г=g ґ=g̀ є=ê ж=ž и=i і=ì ї=ï й=j х=h ц=c ч=č ш=š щ=ŝ ь=ʹ ъ=ʺ э=è ю=û я=â ё=ë '=ʼ "
_ISO_9 += _COMMON
_AFTER_VOWEL = "(?<=[аеёиоуыэюяйъь])"

ROMAN = (
    System("uk", "en", "national 2010", r"зг=zgh ^є=ye ^ї=yi ^й=y ^ю=yu ^я=ya є=ie ї=i й=i "
           "ю=iu я=ia г=h и=y " + _ENGLISH),
    System("uk", "en", "BGN/PCGN", "г=h и=y є=ye ї=yi " + _ENGLISH),
    System("uk", "en", "English press", r"ий$=y г=h и=y є=ye ї=yi " + _ENGLISH),
    System("uk", "und", "ISO 9", _ISO_9),
    System("uk", "de", "German", "г=h и=y є=je ї=ji й=j " + _GERMAN),
    System("uk", "fr", "French", r"ий$=y ій$=iy г=h и=y є=ie ї=ï " + _FRENCH),
    System("uk", "pl", "Polish", r"ський$=ski цький$=cki ська$=ska цька$=cka ий$=y г=h и=y "
           r"л(?=[іїєюяь])=l л=ł (?<=л)є=e ^є=je (?<=[аеєиіїоуюя'ь])є=je є=ie ї=ji " + _POLISH),
    System("ru", "en", "BGN/PCGN", rf"^е=ye {_AFTER_VOWEL}е=ye " + _ENGLISH),
    System("ru", "en", "English press", r"[иы]й$=y кс=x ^е=ye " + _ENGLISH),
    System("ru", "en", "passport (ICAO)", "ё=e й=i ъ=ie ю=iu я=ia " + _ENGLISH),
    System("ru", "und", "ISO 9", _ISO_9),
    System("ru", "de", "German", rf"ий$=i ый$=y кс=x ^е=je {_AFTER_VOWEL}е=je ё=jo й=i "
           + _GERMAN),
    System("ru", "fr", "French", r"[иы]й$=i ин$=ine кс=x г(?=[еи])=gu ё=io " + _FRENCH),
    System("ru", "pl", "Polish", r"ский$=ski цкий$=cki ый$=y л(?=[еёиюяь])=l л=ł "
           rf"^е=je {_AFTER_VOWEL}е=je (?<=[жцчшщл])е=e е=ie ^ё=jo {_AFTER_VOWEL}ё=jo "
           "(?<=[жчшщл])ё=o ё=io (?<=[жцш])и=y " + _POLISH),
)  # fmt: skip
"""National: resolution 55 of the Ukrainian cabinet, 2010. BGN/PCGN: 1947 and 1965, without signs
for ь. Passport: ICAO Doc 9303. ISO 9:1995. German, French, Polish: as their presses spell."""

_LETTERS = "a=а b=б v=в w=в g=г h=г d=д e=е z=з k=к l=л m=м n=н o=о p=п r=р s=с t=т u=у f=ф c=к "
_LETTERS += r"q=к (?<=\w)x=кс j=й "
_TO_UK = "y=и i=і " + _LETTERS
_TO_RU = "y=ы i=и " + _LETTERS
_FROM_ENGLISH = r"shch=щ zgh=зг kh=х zh=ж ts=ц ch=ч sh=ш ya=я yu=ю "
_FROM_GERMAN = r"schtsch=щ tsch=ч sch=ш ch=х ja=я ju=ю ss=с z=ц (?<=[aeiouy])s(?=[aeiouy])=з "
_ENDS_IN_GERMAN = r"zkyj$=цький skyj$=ський yj$=ий ij$=ій je=є ji=ї "
_FROM_FRENCH = r"chtch=щ tch=ч ch=ш kh=х ts=ц iou=ю ou=у ia=я ss=с j=ж ï=й "
_FROM_POLISH = r"szcz=щ cz=ч sz=ш ch=х ż=ж ł=л ja=я ju=ю ia=я iu=ю "
_FROM_POLISH += "ś=сь ń=нь ź=зь ć=ць c=ц "

READ = (
    System("en", "uk", "English", r"tsk(?:y[yij]?|i[yij]?)$=цький sk(?:y[yij]?|i[yij]?)$=ський "
           r"y[yi]$=ий i[yi]$=ій iia$=ія ia$=ія (?<=[aeou])[yi]=й ye=є yi=ї iu=ю ia=я "
           + _FROM_ENGLISH + _TO_UK),
    System("en", "ru", "English", r"tsk(?:y[yij]?|i[yij]?)$=цкий sk(?:y[yij]?|i[yij]?)$=ский "
           r"(?:i[yi]|(?<=[b-df-hj-np-tv-z])y)$=ий (?:iia|iya|ia)$=ия ye=е yo=ё iu=ю ia=я "
           r"(?<=[aeou])[yi]=й " + _FROM_ENGLISH + _TO_RU),
    System("de", "uk", "German", _ENDS_IN_GERMAN + _FROM_GERMAN + _TO_UK),
    System("de", "uk", "German", _ENDS_IN_GERMAN + r"^s=з " + _FROM_GERMAN + _TO_UK),
    System("de", "ru", "German", r"zki$=цкий ski$=ский ri$=рий (?<=[aeou])i=й je=е jo=ё "
           + _FROM_GERMAN + _TO_RU),
    System("fr", "uk", "French", r"sky$=ський iy$=ій ie=є " + _FROM_FRENCH + _TO_UK),
    System("fr", "ru", "French", r"ski$=ский tri$=трий ine$=ин gu(?=[ei])=г " + _FROM_FRENCH
           + _TO_RU),
    System("pl", "uk", "Polish", r"ski$=ський cki$=цький y$=ий je=є ie=є ji=ї " + _FROM_POLISH
           + _TO_UK),
    System("pl", "ru", "Polish", r"ski$=ский cki$=цкий ij$=ий je=е ie=е jo=ё io=ё "
           + _FROM_POLISH + _TO_RU),
)  # fmt: skip
"""From the orthography of `source` to Cyrillic; `readings` keeps what leads back."""

_RUSSIAN_LETTERS = "йо=ё ьо=ё і=и ї=и є=е ґ=г '=ъ ’=ъ ʼ=ъ"
_RUSSIAN_ENDS = r"ськ=ск цьк=цк зьк=зк ій$=ий (?<=[нлрдв])ий$=ый "
_TO_RUSSIAN = System("uk", "ru", "Russian form", _RUSSIAN_ENDS + _RUSSIAN_LETTERS)
_TO_HARD_RUSSIAN = System("uk", "ru", "Russian form, и as ы", _RUSSIAN_ENDS
                          + r"(?<=[бвдзлмнпрст])и(?!й$|нс|[нчк]а?$)=ы "
                          + _RUSSIAN_LETTERS)  # fmt: skip
_TO_UKRAINIAN = System("ru", "uk", "Ukrainian form", r"(?<=[сзц])к(?=ий$|ая$)=ьк ая$=а "
                       r"[иы]й$=ий (?<=[жшчщц])и=и (?<=[аеиоуыэюя])и=ї и=і ы=и э=е ^е=є "
                       "(?<=[аеиоуыэюяьъ])е=є (?<=[бвгдзклмнпрстфх])е(?=ва?$)=є "
                       "(?<=[жчшщ])ё=о ьё=йо ^ё=йо (?<=[аеиоуыэюяъ])ё=йо ё=ьо ъ='")  # fmt: skip

_GIVEN = """
Олександр=Александр Олександра=Александра Олексій=Алексей Анатолій=Анатолий Андрій=Андрей
Ганна=Анна Антін=Антон Валентин=Валентин Валерій=Валерий Василь=Василий Віталій=Виталий
Володимир=Владимир В'ячеслав=Вячеслав Віктор=Виктор Галина=Галина Геннадій=Геннадий
Григорій=Григорий Дарина=Дарья Денис=Денис Дмитро=Дмитрий Євген=Евгений Катерина=Екатерина
Олена=Елена Єлизавета=Елизавета Іван=Иван Ігор=Игорь Ілля=Илья Ірина=Ирина Кирило=Кирилл
Костянтин=Константин Людмила=Людмила Максим=Максим Марина=Марина Марія=Мария Михайло=Михаил
Микита=Никита Микола=Николай Наталія=Наталья Павло=Павел Петро=Пётр Сергій=Сергей
Світлана=Светлана Семен=Семён Степан=Степан Тетяна=Татьяна Тимофій=Тимофей Федір=Фёдор Юлія=Юлия
Юрій=Юрий Яків=Яков
"""
_GIVEN_IN_RUSSIAN = dict(pair.split("=") for pair in _GIVEN.split())
_GIVEN_IN_UKRAINIAN = {russian: ukrainian for ukrainian, russian in _GIVEN_IN_RUSSIAN.items()}
