/**
 * Words that say the same of a subject but have no stem in common: "wrote" and "written", "die" and "death", "empezó"
 * and "comenzó". A question uses one, the sentence that answers it another. No kept resource has them for the languages
 * of the page in less than 35 MB (docs/answers.md), and few verbs make most questions.
 */

const FAMILIES: Record<string, string> = {
  en: `die dies died dying death dead deceased
    born birth birthplace
    begin begins began begun beginning start starts started commenced
    end ends ended ending finish finished stopped
    write writes wrote written author authored
    win wins won winner victory
    lose loses lost loss
    fall falls fell fallen drop dropped decrease decreased decline declined
    rise rises rose risen increase increased
    grow grows grew grown growth
    founded founder establish established
    discover discovered discovery identified described
    invent invented inventor invention devised
    make makes made produce produces produced production
    build builds built construct constructed construction erected
    bind binds bound binding
    break breaks broke broken
    bring brings brought
    buy buys bought purchase purchased
    catch catches caught
    choose chooses chose chosen choice
    draw draws drew drawn
    drive drives drove driven
    eat eats ate eaten
    feed feeds fed
    feel feels felt
    fight fights fought
    flee flees fled
    fly flies flew flown
    forbid forbids forbidden prohibit prohibits prohibited
    freeze freezes froze frozen
    hear hears heard
    hold holds held
    keep keeps kept
    lead leads led leader
    leave leaves left
    live lives lived resides resided
    marry married marriage wife husband spouse
    meet meets met meeting
    pay pays paid
    rule rules ruled ruler reign reigned govern governed
    run runs ran
    sell sells sold sale
    send sends sent
    shoot shoots shot
    sing sings sang sung
    speak speaks spoke spoken
    spend spends spent
    steal steals stole stolen
    strike strikes struck
    swim swims swam swum
    teach teaches taught
    think thinks thought
    throw throws threw thrown
    understand understands understood
    wear wears wore worn
    kill killed kills assassinated murdered murder
    cost costs price prices cheap cheaper expensive
    help helps helped benefit benefits benefited
    show shows showed shown
    allow allows allowed permit permits permitted
    need needs needed require requires required requirement
    last lasts lasted duration
    measure measured measures measurement
    weigh weighs weighed weight
    absorb absorbs absorbed absorption
    reabsorb reabsorbs reabsorbed reabsorption
    repeal repealed abolish abolished`,
  de: `sterben stirbt starb gestorben tod tot
    geboren geburt geburtsort
    beginnen beginnt begann begonnen beginn anfangen anfing angefangen anfang
    enden endet endete geendet ende
    schreiben schreibt schrieb geschrieben autor verfasser
    gewinnen gewinnt gewann gewonnen sieg
    verlieren verliert verlor verloren verlust
    gründen gründete gegründet gründer gründung
    erfinden erfand erfunden erfinder erfindung baute gebaut
    entdecken entdeckte entdeckt entdecker entdeckung
    vorschlagen schlug vorgeschlagen vorschlag
    ausrufen rief ausgerufen
    einführen führte eingeführt einführung
    abschaffen schaffte abgeschafft abschaffung
    aufheben hob aufgehoben aufhebung
    finden fand gefunden
    geben gab gegeben
    nehmen nahm genommen
    sprechen sprach gesprochen
    sehen sah gesehen
    helfen half geholfen hilfe
    brechen brach gebrochen
    ziehen zog gezogen
    steigen stieg gestiegen anstieg
    sinken sank gesunken
    fallen fiel gefallen
    wachsen wuchs gewachsen wachstum
    bauen baute gebaut erbaut errichtet
    treffen traf getroffen
    binden bindet band gebunden
    messen misst maß gemessen messung
    wiegen wiegt wog gewicht
    verbieten verbot verboten
    kosten kostet kostete preis
    dauern dauert dauerte dauer
    entstehen entstand entstanden entstehung
    bestehen besteht bestand bestanden
    erhalten erhielt bekam bekommen
    bleiben blieb geblieben
    mittelwert mittel durchschnitt
    malen malte gemalt gemälde`,
  fr: `mourir meurt mourut mort morte décès décédé
    naître né née naquit naissance
    commencer commence commença commencé début débuta
    finir finit fini terminer terminé termina fin
    écrire écrit écrivit auteur
    peindre peint peignit peinture
    découvrir découvre découvrit découvert découverte
    recevoir reçoit reçut reçu
    construire construit construisit construction bâtir bâti
    inventer inventa inventé inventeur invention
    fonder fonda fondé fondée fondation
    coûter coûte coûta prix coût
    durer dure dura durée
    élire élu élue élection
    gagner gagna gagné victoire
    prendre prend prit pris
    vivre vit vécut vécu
    devenir devient devint devenu
    obtenir obtient obtint obtenu`,
  es: `empezar empieza empezó comenzar comienza comenzó inicio inició iniciar
    terminar termina terminó acabar acaba acabó finalizó fin
    morir muere murió murieron muerto muerte falleció
    nacer nace nació nacido nacimiento
    escribir escribe escribió escrito autor
    bombardear bombardeó bombardeado bombardeada bombardeo
    sublevación sublevar sublevado sublevarse
    descubrir descubre descubrió descubierto descubrimiento
    fundar fundó fundado fundada fundación
    construir construye construyó construido construcción
    ganar gana ganó victoria
    perder pierde perdió perdido derrota
    costar cuesta costó precio
    durar dura duró duración
    hacer hizo hecho
    pintar pinta pintó pintado pintura
    inventar inventó inventado invención`,
  it: `nascere nasce nacque nato nata nascita
    morire muore morì morto morta morte
    iniziare inizia iniziò cominciare cominciò inizio
    finire finisce finì terminò fine
    scrivere scrive scrisse scritto autore
    dipingere dipinge dipinse dipinto
    costruire costruì costruito costruita costruzione
    scoprire scopre scoprì scoperto scoperta
    inventare inventò inventato inventata invenzione
    fondare fondò fondato fondata fondazione
    vincere vince vinse vinto vittoria
    costare costa costò prezzo
    durare dura durò durata
    governare governò governato`,
  nl: `sterven sterft stierf gestorven overleden overleed dood
    geboren geboorte
    beginnen begint begon begonnen begin
    eindigen eindigt eindigde einde
    schrijven schrijft schreef geschreven auteur
    uitvinden uitgevonden uitvinder
    ontdekken ontdekte ontdekt ontdekking
    bouwen bouwde gebouwd bouw
    oprichten opgericht oprichter
    winnen wint won gewonnen
    verliezen verloor verloren
    kosten kost kostte prijs
    duren duurt duurde duur
    schilderen schilderde geschilderd schilderij
    verdrinken verdronk verdronken`,
  pt: `morrer morre morreu morto morte faleceu
    nascer nasce nasceu nascido nascimento
    começar começa começou iniciar iniciou início
    terminar termina terminou acabar acabou fim
    escrever escreve escreveu escrito autor
    descobrir descobre descobriu descoberto descoberta
    fundar fundou fundado fundada fundação
    construir constrói construiu construído
    ganhar ganha ganhou vitória
    durar dura durou duração
    custar custa custou preço
    inventar inventou inventado invenção`,
};

const families = new Map<string, Map<string, string[]>>();

/** The other words of its family, in small letters; none for most words. @param language ISO 639-1, of the question. */
export function familyOf(word: string, language: string | undefined): string[] {
  const lines = FAMILIES[language ?? "en"];
  if (!lines) return [];
  let known = families.get(language ?? "en");
  if (!known) {
    known = new Map();
    for (const line of lines.split("\n")) {
      const words = line.trim().split(" ");
      for (const each of words) known.set(each, words);
    }
    families.set(language ?? "en", known);
  }
  const own = word.toLowerCase();
  return (known.get(own) ?? []).filter((each) => each !== own);
}
