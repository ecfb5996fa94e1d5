"""Sentences that no skill is for: signs only, code, another language, anger, a whole page.

Asked only about what wasn't understood, so a word too many here costs nobody their request.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

LONG = 400
"""Characters from which on a sentence is a page."""


LONGEST_WORD = 50


class Oddity(StrEnum):
    """What is odd about a sentence."""

    SIGNS = "signs"
    CODE = "code"
    LANGUAGE = "language"
    ANGER = "anger"
    LONG = "long"
    NOISE = "noise"


@dataclass(frozen=True)
class Strange:
    """How a sentence is odd; `apology` says in its own language that only English is spoken."""

    oddity: Oddity
    apology: str = ""


_CODE = re.compile(
    r"<\s*/?\s*(?:script|img|iframe|svg|body|a|div|style|object)\b|javascript:|"
    r"\bon(?:error|load)\s*=|\b(?:drop|truncate|alter)\s+table\b|\bunion\s+(?:all\s+)?select\b|\bselect\b.+\bfrom\b.+\bwhere\b|"
    r"['\"]\s*(?:or|and)\s+['\"]?\d+['\"]?\s*=|;\s*--|\$(?:ne|gt|where|regex|function)\b|\{\{.*\}\}|"
    r"\$\{.*\}|\.\./\.\.|\b(?:rm\s+-rf|sudo|eval\s*\(|exec\s*\(|system\s*\()|"
    r"\b(?:ignore|forget|disregard)\b.{0,30}\b(?:instructions?|rules|prompt|previous|everything)\b|"
    r"\b(?:system prompt|developer mode|jailbreak|you are now|act as|"
    r"pretend (?:to be|you are|that i)|from now on you)\b|"
    r"\b(?:make|set|give|grant|promote)\s+(?:me|myself)\b.*\b(?:admin\w*|root|superuser|rights|"
    r"permissions?)\b|^\s*[\w.]*\{.*\}\s*$|^\s*(?:action|utter|validate)_\w+\s*$",
    re.IGNORECASE | re.DOTALL,
)
_ANGER = re.compile(
    r"\b(?:f+u+c+k\w*|shit\w*|bullshit|crap|damn|stupid|idiot\w*|moron|dumb\w*|useless|rubbish|"
    r"asshole|arsehole|bastard|bitch|cunt|dick|piss off|shut up|go to hell|hate (?:you|this)|"
    r"worst|terrible|pathetic|garbage|sucks?|wtf|ffs|bloody|retard\w*)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCES = {
    "de": "Ich verstehe leider nur Englisch.",
    "es": "Lo siento, solo entiendo inglés.",
    "fr": "Désolé, je ne comprends que l'anglais.",
    "it": "Mi dispiace, capisco solo l'inglese.",
    "pt": "Desculpe, só entendo inglês.",
    "nl": "Sorry, ik begrijp alleen Engels.",
    "pl": "Przepraszam, rozumiem tylko po angielsku.",
    "tr": "Üzgünüm, yalnızca İngilizce anlıyorum.",
    "ru": "Извините, я понимаю только по-английски.",
    "zh": "抱歉，我只懂英语。",
    "ja": "すみません、英語しかわかりません。",
    "ar": "عذرًا، أفهم الإنجليزية فقط.",
}
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]{2}")),
    ("ar", re.compile(r"[\u0600-\u06ff]{2}")),
    (
        "",
        re.compile(
            r"[\u0370-\u03ff\u0530-\u05ff\u0900-\u0dff\u0e00-\u0e7f\u1100-\u11ff\uac00-\ud7af]{2}"
        ),
    ),
)
# Words that are said all the time and are no English ones.
_COMMON = {
    "de": "ich du er sie wir ihr ist sind war habe hast hat haben muss kann möchte will bitte "
    "danke hallo guten tag morgen und oder nicht kein keine ein eine einen der die das "
    "den dem mein meine meinen was wie wann wo wer warum für mit auf zu von aufgabe "
    "aufgaben fertig erledigt zeig mir heute spät es gibt noch schon registrieren anlegen",
    "es": "yo tú él ella hola buenos buenas días tardes gracias por favor qué que cómo cuándo "
    "dónde quién es son está están tengo tiene quiero necesito puedo mi mis el la los las "
    "un una unos de del y o no para con en tareas tarea hoy registrar proveedor ayuda",
    "fr": "je tu il elle nous vous bonjour salut merci s'il plaît est sont ai as avons avez "
    "veux voudrais peux dois mon ma mes le la les un une des du de et ou ne pas pour avec "
    "dans quelles quels quelle quel qui que quoi comment où tâche tâches aujourd'hui "
    "c'est enregistrer",
    "it": "io tu lui lei noi ciao buongiorno buonasera grazie per favore che cosa come quando "
    "dove chi è sono ho hai abbiamo vorrei voglio posso devo mio mia miei mie il lo la "
    "gli le un una di del e o non con compiti compito oggi quali registrare",
    "pt": "eu você ele ela nós olá oi bom dia boa tarde obrigado obrigada por favor que como "
    "quando onde quem é são está tenho tem quero preciso posso meu minha minhas meus o os "
    "as um uma de do da e ou não para com tarefas tarefa hoje quais registar registrar",
    "nl": "ik jij hij zij wij hallo goedemorgen goedendag dank bedankt alsjeblieft wat hoe "
    "wanneer waar wie is zijn heb heeft hebben moet kan wil graag mijn de het een en of "
    "niet geen voor met op van te taak taken vandaag doen registreren",
    "pl": "ja ty on ona my cześć dzień dobry dziękuję proszę co jak kiedy gdzie kto jest są mam "
    "masz ma chcę mogę muszę mój moja moje i lub nie dla z w na do zadanie zadania "
    "dzisiaj jakie",
    "tr": "ben sen merhaba selam günaydın teşekkürler lütfen ne nasıl nerede kim var yok benim "
    "bir ve veya değil için ile görev görevler görevlerim bugün neler istiyorum",
}
_LISTS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_ENGLISH = frozenset(
    """
    i you he she it we they me my your is are was the a an and or not no to of in on at for with
    what how when where who why do does did can could will would have has please hi hello thanks
    that this there all more some any task tasks show give make want need from by be been as if so
    die war will was hat man also in on is so am an as do no me he
    """.split()  # noqa: SIM905  (a list of one a line reads worse)
)
ENOUGH = 2


def is_noise(text: str) -> bool:
    """Whether `text` is nothing but one endless word, which a classifier takes for anything."""
    words = text.split()
    return len(words) == 1 and len(text) > LONGEST_WORD and not re.search(r"[@/.:_-]", text)


def oddity_of(text: str) -> Strange | None:
    """How `text` is odd, or None for what looks like a sentence."""
    if _CODE.search(text):
        return Strange(Oddity.CODE)
    words = [one.lower() for one in _WORD.findall(text)]
    if not words and not any(one.isdigit() for one in text):
        return Strange(Oddity.SIGNS)
    language = language_of(text)
    if language is not None:
        return Strange(Oddity.LANGUAGE, _SENTENCES.get(language, ""))
    if _ANGER.search(text):
        return Strange(Oddity.ANGER)
    if is_noise(text):
        return Strange(Oddity.NOISE)
    if len(text) >= LONG:
        return Strange(Oddity.LONG)
    if words and not any(re.search(r"[aeiouy]", one) for one in words):
        return Strange(Oddity.NOISE)
    return None


def language_of(text: str) -> str | None:
    """The language of `text` if it is clearly none of English: its code, "" for one without."""
    for language, script in _SCRIPTS:
        if script.search(text):
            return language
    words = [one.lower().replace("’", "'") for one in _WORD.findall(text)]
    if not words:
        return None
    english = sum(one in _ENGLISH for one in words)
    counted = {language: sum(one in known for one in words) for language, known in _LISTS.items()}
    best = max(counted, key=lambda one: counted[one])
    own = counted[best] - sum(one in _ENGLISH and one in _LISTS[best] for one in words)
    alone = own == len(words) <= ENOUGH
    return best if own > english and (own >= ENOUGH or alone) else None
