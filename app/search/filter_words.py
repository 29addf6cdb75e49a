"""Words of a search that are really filters: „bezmaksas kursi senioriem vakaros”."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.search.latvian import fold, stem
from app.search.plain_words import is_general

Meaning = tuple[str, tuple[str, ...]]
"""A filter's parameter and the values meant."""

_ONLINE = ("online", "self_study")
_PAPER = ("certificate", "qualification")
_WEEKEND = ("sat", "sun")

# Any inflection of these words counts.
_BY_STEM: Mapping[Meaning, str] = {
    ("price", ("free",)): """
        bezmaksas, bez maksas, bez samaksas, par brīvu, par velti, brīvi pieejams bez maksas, gratis, free, free of charge,
        no cost, бесплатно, бесплатный, бесплатные, бесплатных, даром
        """,
    ("audience", ("seniors",)): """
        seniori, senioriem, pensionāri, pensionāre, sirmgalvji, vecāka gadagājuma cilvēki, vecāka gadagājuma ļaudis,
        gados vecāki cilvēki, vecāki cilvēki, vecākiem ļaudīm, veci cilvēki, veciem ļaudīm, seniors, senior citizens, elderly,
        elderly people, older people, pensioners, retired, retirees, пенсионеры, пенсионерам, пожилые, пожилых людей, пожилым,
        vecāka gājuma cilvēki, vecāka gājuma ļaudis, pensijas vecuma cilvēki, pensijas vecumā, людям старшего возраста
        """,
    ("audience", ("teachers",)): """
        skolotāji, skolotājs, skolotāja, pedagogi, pedagogs, pasniedzējiem, teachers, educators, учителя, учителям, учителей,
        педагоги, педагогам, преподавателям
        """,
    (
        "audience",
        ("employees",),
    ): "nodarbinātie, nodarbinātajiem, strādājošie, strādājošiem, employees, работающих, работающим",
    ("audience", ("youth",)): """
        jaunieši, jaunietis, jauniete, jauniem cilvēkiem, youth, young people, young adults, молодежь, молодежи, молодым
        """,
    ("audience", ("jobseekers",)): """
        bezdarbnieki, bezdarbnieks, bezdarbniece, darba meklētāji, darba meklētājs, unemployed, jobseekers, job seekers,
        безработные, безработным, безработных
        """,
    ("audience", ("entrepreneurs",)): """
        uzņēmēji, uzņēmējs, entrepreneurs, business owners, предприниматели, предпринимателям
        """,
    ("audience", ("people_with_disabilities",)): """
        invaliditāte, cilvēki ar invaliditāti, invalīdi, cilvēki ar īpašām vajadzībām, disabled, disabled people, disability,
        people with disabilities, disabilities, инвалиды, инвалидам, инвалидностью, людей с инвалидностью
        """,
    ("level", ("beginner",)): """
        iesācēji, iesācējs, iesācēju līmenis, bez priekšzināšanām, beginners, beginner, beginner level, начинающие, начинающих,
        начинающим, новичков, с нуля
        """,
    (
        "level",
        ("intermediate",),
    ): "ar priekšzināšanām, vidējais līmenis, vidēja līmeņa, intermediate, intermediate level, средний уровень",
    (
        "level",
        ("advanced",),
    ): "lietpratēji, lietpratējs, padziļināti, advanced, advanced level, продвинутый уровень, продвинутых, augstākais līmenis",
    ("language", ("ru",)): """
        krieviski, krievvalodīgie, krievvalodīgajiem, krievvalodīgiem, in russian, по-русски, на русском, на русском языке,
        русскоязычных
        """,
    ("language", ("uk",)): "ukrainiski, in ukrainian, по-украински, на украинском, на украинском языке, українською",
    ("format", _ONLINE): """
        attālināti kursi, attālinātās mācības, attālinātās nodarbības, attālināta apmācība, tiešsaistes kursi,
        tiešsaistes nodarbības, tiešsaistes apmācība, tiešsaistes mācības, mācīties no mājām, mācīties internetā,
        online, on-line, onlain, remote, remotely, distance learning, e-learning, онлайн, дистанционно, дистанционные,
        дистанционное, удаленно, vebinārs, vebināri, webinar, вебинар
        """,
    (
        "format",
        ("self_study",),
    ): "pašmācība, pašmācības, patstāvīgi, savā tempā, e-kurss, e-kursi, self-study, own pace",
    ("format", ("in_person",)): "klātienē, klātiene, klātienes, in person, face-to-face, очно, очные",
    (
        "format",
        ("hybrid",),
    ): "hibrīdkurss, hibrīdkursi, daļēji attālināti, hybrid, hibrīds, hibrīdformāts, hibrīda formāts",
    ("certificate", _PAPER): """
        ar apliecību, apliecība, ar sertifikātu, sertifikāts, ar diplomu, diploms, with certificate, certificate, certified,
        сертификат, с сертификатом, свидетельство, удостоверение
        """,
    ("certificate", ("attendance", *_PAPER)): "ar apliecinājumu, apliecinājums",
    ("certificate", ("qualification",)): "profesionālā kvalifikācija, ar kvalifikāciju, kvalifikācija, qualification",
    ("weekday", ("mon",)): "pirmdiena, pirmdienas, monday, mondays, понедельник, понедельникам",
    ("weekday", ("tue",)): "otrdiena, tuesday, tuesdays, вторник, вторникам",
    ("weekday", ("wed",)): "trešdiena, wednesday, wednesdays, среду, средам",
    ("weekday", ("thu",)): "ceturtdiena, thursday, thursdays, четверг, четвергам",
    ("weekday", ("fri",)): "piektdiena, friday, fridays, пятница, пятницу, пятницам",
    ("weekday", ("sat",)): "sestdiena, saturday, saturdays, суббота, субботу, субботам",
    ("weekday", ("sun",)): "svētdiena, sunday, sundays, воскресенье, воскресеньям",
    ("weekday", _WEEKEND): """
        nedēļas nogale, brīvdienu kursi, brīvdienu nodarbības, brīvdienu grupa, weekend, weekends, выходные, выходных, по выходным
        """,
    ("weekday", ("mon", "tue", "wed", "thu", "fri")): "darbdienas, darba dienas, weekdays, будни, будням",
    ("open", ("1",)): "var pieteikties, vēl var pieteikties, brīvas vietas, open for registration",
}
# Only these very forms count, because another inflection is a subject: „vakaros” when, „vakari” what.
_BY_FORM: Mapping[Meaning, str] = {
    ("audience", ("parents",)): "vecākiem, vecāki, vecāku, parents, for parents, родителям, родителей, родители",
    ("audience", ("ukrainians",)): """
        ukraiņiem, ukrainai, no ukrainas, ukrainas iedzīvotājiem, ukrainas bēgļiem, bēgļiem, ukrainians, refugees,
        украинцев, украинцам, українців, беженцев, беженцам
        """,
    ("format", _ONLINE): """
        attālināti, attālinātie, attālinātos, attālinātā, tiešsaistē, tiešsaiste, virtuāli, neklātienē, neklātiene, zoomā, caur zoom,
        pa zoom, zoom nodarbības, zoom kursi, zoom lekcijas, via zoom, on zoom, через zoom
        """,
    ("level", ("beginner",)): "no nulles, no pašiem pamatiem, from scratch",
    ("time", ("evening",)): """
        vakaros, vakarā, pa vakariem, vakara kursi, vakara kurss, vakara grupa, vakara grupā, vakara nodarbības, vakarpusē, pēc darba,
        evening, evenings, evening classes, after work, вечером, вечерам, вечерние, вечерний, после работы
        """,
    (
        "time",
        ("morning",),
    ): "no rīta, rītos, rītā, rīta grupa, rīta kursi, rīta nodarbības, priekšpusdienā, mornings, morning, утром, по утрам, утренние",
    ("time", ("afternoon",)): """
        pa dienu, pēcpusdienā, pēcpusdienās, dienas laikā, dienas kursi, dienas grupa, dienas nodarbības, pusdienlaikā, pusdienās,
        afternoon, afternoons, daytime, днем
        """,
    ("weekday", _WEEKEND): "brīvdienās, nedēļas nogalēs, sestdienās un svētdienās",
}
# These are a filter only when they are typed with their case ending and something else is the subject.
_BY_CASE: Mapping[Meaning, str] = {
    ("language", ("ru",)): "krievu valodā",
    ("language", ("uk",)): "ukraiņu valodā",
    ("language", ("en",)): "angļu valodā, angliski, in english, на английском, на английском языке, по-английски",
    ("language", ("de",)): "vācu valodā, vāciski, in german, на немецком",
}
_TALK = frozenset(
    stem(word)
    for word in fold(
        "runāt sarunāties sazināties rakstīt lasīt saprast sarunas valoda valodā speak talk speaking говорить разговор"
    ).split()
)
_CURRENCY = frozenset({"eiro", "eur", "euro", "euros", "евро"})
_UP_TO = tuple(
    tuple(fold(word) for word in phrase.split())
    for phrase in (
        *(
            "līdz",
            "zem",
            "ne vairāk par",
            "ne vairāk kā",
            "mazāk par",
            "mazāk nekā",
            "maksimums",
            "до",
            "не более",
            "не больше",
        ),
        *("under", "below", "up to", "less than", "at most", "max"),
    )
)
_CHEAPER = tuple(
    tuple(fold(word) for word in phrase.split())
    for phrase in (
        *(
            "lētāk par",
            "lētāki par",
            "lētāk nekā",
            "lētāks par",
            "ne dārgāk par",
            "ne dārgāki par",
            "ne dārgāk kā",
            "cena līdz",
        ),
        *("дешевле", "не дороже", "cheaper than"),
    )
)
"""These speak of a price even where no currency follows the number."""
LONGEST = 5


@dataclass(frozen=True, slots=True)
class FilterWords:
    """Some of the words of a search, from one place up to another, and the filter they mean."""

    first: int
    after: int
    parameter: str
    values: tuple[str, ...]


def _phrases(meanings: Mapping[Meaning, str]) -> list[tuple[tuple[str, ...], Meaning]]:
    return [
        (tuple(fold(word).replace("-", "") for word in phrase.split()), meaning)
        for meaning, phrases in meanings.items()
        for phrase in phrases.split(",")
    ]


_STEM_PHRASES = {tuple(stem(form) for form in phrase): meaning for phrase, meaning in _phrases(_BY_STEM)}
_FORM_PHRASES = dict(_phrases(_BY_FORM))
_CASE_PHRASES = {
    tuple(phrase.strip().lower().split()): meaning for meaning, line in _BY_CASE.items() for phrase in line.split(",")
}
FORMS = {
    fold(word).replace("-", ""): word
    for meanings in (_BY_STEM, _BY_FORM)
    for phrases in meanings.values()
    for word in phrases.replace(",", " ").split()
    if len(word) > 4
}
"""The words known here, folded, and as they are spelled, so that a slip in one of them can be corrected."""
STEMS = frozenset(
    stem(word) for phrase, _meaning in (*_phrases(_BY_STEM), *_phrases(_BY_FORM)) for word in phrase if len(word) > 2
)


def find_filter_words(forms: Sequence[str], typed: Sequence[str]) -> list[FilterWords]:
    """The filters among the words of a search, from left to right; no word is used twice."""
    found: list[FilterWords] = []
    stems = [stem(form) for form in forms]
    place = 0
    while place < len(forms):
        here = _price_limit(forms, place) or _phrase(forms, stems, place)
        if here is None:
            place += 1
        else:
            found.append(here)
            place = here.after
    taken = {place for one in found for place in range(one.first, one.after)}
    for one in _by_case(typed):
        words = set(range(one.first, one.after))
        rest = [n for n in range(len(forms)) if n not in words and n not in taken and not is_general(forms[n])]
        needs_subject = one.values not in (("ru",), ("uk",))
        if not words & taken and (not needs_subject or any(stems[n] not in _TALK for n in rest)):
            found.append(one)
            taken |= words
    return sorted(found, key=lambda one: one.first)


def _phrase(forms: Sequence[str], stems: Sequence[str], place: int) -> FilterWords | None:
    for length in range(min(LONGEST, len(forms) - place), 0, -1):
        after = place + length
        meaning = _FORM_PHRASES.get(tuple(forms[place:after])) or _STEM_PHRASES.get(tuple(stems[place:after]))
        if meaning is not None:
            return FilterWords(place, after, *meaning)
    return None


def _by_case(typed: Sequence[str]) -> list[FilterWords]:
    small = [word.lower() for word in typed]
    found: list[FilterWords] = []
    for place in range(len(small)):
        for length in (3, 2, 1):
            meaning = _CASE_PHRASES.get(tuple(small[place : place + length]))
            if meaning is not None and place + length <= len(small):
                found.append(FilterWords(place, place + length, *meaning))
                break
    return found


def _price_limit(forms: Sequence[str], place: int) -> FilterWords | None:
    """„līdz 50 eiro”, „lētāk par 20”: at most so many euros."""
    for phrase in (*_UP_TO, *_CHEAPER):
        at = place + len(phrase)
        if at >= len(forms) or tuple(forms[place:at]) != phrase:
            continue
        number = forms[at]
        has_currency = at + 1 < len(forms) and forms[at + 1] in _CURRENCY
        if number.isascii() and number.isdigit() and len(number) < 6 and (has_currency or phrase in _CHEAPER):
            limit = str(Decimal(number)) if int(number) else "free"
            return FilterWords(place, at + 1 + has_currency, "price", (limit,))
    return None
