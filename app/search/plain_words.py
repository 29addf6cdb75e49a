"""Words that do not decide what a search is about: little words, and those every course has."""

from app.search.latvian import act, fold, stem

STOP_WORDS = frozenset(
    fold(
        """
        viņu viņam viņai viņi viņas viņiem viņām mums jums viens viena vienu vieni kurā kurās kuros kuriem
        un vai bet kā ka kas ko kam kur kad kurš kura kuru kuri kuras par ar no uz pie pa pēc pirms zem virs bez līdz lai
        ja arī jau tik tikai vēl ir būt bija būs esmu esi esam tas tā to tam tie tās šis šī šo šie šīs es tu viņš viņa mēs
        jūs mani man mans mana manu mūsu jūsu sev sevi savs sava savu savas savi savai savam gan nevis nav ne jā nē kāds
        kāda kādu kādi kādas visi visu viss visas visa cik kāpēc tad te šeit tur dēļ starp caur kopš iekš vairāk mazāk
        the a an and or of for to in on at with by from is are be i my me we our you your it this that how what where
        и в во на с со по для как что где или от до из у к о об не я мне мой моя мы вы это ли
        """
    ).split()
)
"""Left out everywhere; no search is about them."""

_GENERAL = """
    kurss kursi kursiņi kursants apmācība apmācības apmācīt nodarbība nodarbības mācības mācība mācīties mācos mācāmies
    iemācīties iemācos pamācīties pamācīt iemācīt mācīšanās apgūt apgūšana apguve apgūstam studēt
    gribu gribētu gribas gribam vēlos vēlētos vēlamies vajag vajadzētu vajadzīgs nepieciešams meklēju meklējam
    nemāku māku neprotu protu nezinu zinu nesaprotu iemācītos iemācītiem iemācīšanās apgūtu gribējās patīk patiktu labākie labākais
    labākā labākās tuvumā netālu pieteikšanās pieteikt apmeklēt aiziet tēma tēmas stundas stunda privātstundas meistarklases dārgi dārgs dārgāk dārgāki lēti lēts lētākie cena cenas
        piedāvājums piedāvā piedāvājat interesē palīdziet varu var varētu varbūt nevaru nevar negribu lūdzu labdien sveiki kāds
    izglītība mūžizglītība programma pasākums ventspils ventspilī iespējas iespēja sarakstu saraksts pieteikties
    cilvēks cilvēkiem jebkurš ikviens ikvienam visiem pieaugušajiem pieaugušie pieaugušo pieaugušiem
    course courses class classes lesson lessons training trainings learn learning study studying teach
    want need like looking i'd would can where take basics ventspils adult adults people make making do how
    курс курсы обучение обучения занятие занятия урок уроки учиться научиться изучать изучение хочу хотел хотела нужно нужен
    нужны научится научите хотелось хотим помогите дешево недорого cheap cheaper ищу где можно записаться вентспилс взрослых людей школа учить
"""
GENERAL_FORMS = frozenset(fold(_GENERAL).split())
GENERAL_STEMS = frozenset(
    stem(word)
    for word in fold(
        "kursi kurss apmācība nodarbība mācība kursiņi mūžizglītība course class lesson training курс занятие урок"
    ).split()
)

_MINOR = """
    valoda valodas pamati pamats ievads darbnīca seminārs vebinārs lekcija meistarklase pulciņš klubs grupa skola darbs darba
    darbi prasmes prasme mājās māja lietot lietošana izmantot taisīt veidot veidošana izveidot darīt strādāt sākt ikdiena
    ikdienā iesācēji pirmie soļi padomi jauns jauna labs laba viss cilvēki bērni dzīve līmenis vadīt vadība treniņš treniņi
    trenēties apstrāde atvērt aizvērt ieslēgt izslēgt uzlikt pieslēgt atrast dabūt saprast nokārtot uzzināt zināt pamēģināt
    izmēģināt sagatavoties sagatavot gatavoties palīdzēt palīdzība uzlabot rīki rīks vakars vakari diena nedēļa gads laiks
    vieta profesija mācītājs skolotājs amats māksla tehnika sistēma projekts spēle spēles svētki ģimene draugi
    language languages basic workshop skills group club work home house first beginner start use using
    язык языка языки основы работа группа клуб дом начать
"""
MINOR_STEMS = frozenset(stem(word) for word in fold(_MINOR).split())
MINOR_ACTS = frozenset(verb for word in fold(_MINOR).split() if (verb := act(word)) is not None)
"""Words that say little by themselves; they count, but a subject's word counts more."""


def is_general(form: str) -> bool:
    """Whether a folded word is one that every course could have: kursi, mācīties, gribu."""
    return form in GENERAL_FORMS or stem(form) in GENERAL_STEMS


def is_minor(form: str) -> bool:
    """Whether a folded word says little about a subject: pamati, darbnīca, grupa."""
    return stem(form) in MINOR_STEMS or act(form) in MINOR_ACTS
