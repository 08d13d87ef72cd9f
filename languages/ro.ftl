# Ce citesc familiile. Propoziții scurte, cuvinte simple.
daybook = Daybook
back = Înapoi
helpNow = Ajutor
leave = Ieși
home = Acasă
talk = Discuție
safety = Siguranța mea
send = Trimite
language = Limba
yes = Da
no = Nu
notSure = Nu știu
notNow = Nu acum
readAloud = Citește cu voce tare
stopReading = Oprește

## Joining
putInCode = Scrie codul tău
codeHint = Are 10 litere și cifre. Ți l-a dat lucrătorul familiei tale.
code = Cod
next = Mai departe
codeShort = Un cod are 10 litere și cifre.
beforeYouStart = Înainte să începi
promise1 = Ce scrii aici poți citi tu și echipa ta.
promise2 = Dacă cineva nu este în siguranță, facem ceva.
promise3 = Un calculator caută cuvinte de îngrijorare în tot ce scrii, ca un om să le vadă repede.
iUnderstand = Am înțeles
sharedPhone = Mai folosește cineva acest telefon?
sharedMeans = Atunci nu rămâne nimic pe acest telefon. Scrii PIN-ul de fiecare dată.
choosePin = Alege un PIN
pinHint = 6 cifre. Nu ziua ta de naștere. Nu-l spune nimănui.
pin = PIN
pinShort = Un PIN are 6 cifre.
pinEasy = Acest PIN se ghicește ușor. Alege alte cifre.
pinAgain = Scrie PIN-ul din nou
pinDiffers = Cele două PIN-uri nu sunt la fel. Alege din nou.
checkingCode = Verificăm codul
codeWrong = Acest cod nu merge. Poate e vechi sau folosit. Cere echipei tale unul nou. Codul tău este încă aici.
noSignalJoin = Fără semnal. Păstrează codul și încearcă mai târziu.
staffSignIn = Lucrez aici: intră în cont

## Lock
locked = Scrie PIN-ul tău
pinWrong = Nu acesta este PIN-ul. Încearcă din nou.
waitSeconds = { $seconds ->
    [one] Așteaptă o secundă, apoi încearcă din nou.
    [few] Așteaptă { $seconds } secunde, apoi încearcă din nou.
   *[other] Așteaptă { $seconds } de secunde, apoi încearcă din nou.
}
waitMinutes = { $minutes ->
    [one] Așteaptă un minut, apoi încearcă din nou.
    [few] Așteaptă { $minutes } minute, apoi încearcă din nou.
   *[other] Așteaptă { $minutes } de minute, apoi încearcă din nou.
}
ok = OK
deleteDigit = Șterge
forgotPin = L-ai uitat? Cere echipei tale un cod nou.
newCode = Am un cod nou

## Home
hello = Bună, { $name }
scale = Cum merge astăzi?
veryHard = foarte greu
asIHope = așa cum sper
wroteToYou = { $name } ți-a scris
talkTo = Discuție cu { $name }
notSentYet = { $count ->
    [one] Netrimis încă: un lucru
    [few] Netrimise încă: { $count } lucruri
   *[other] Netrimise încă: { $count } de lucruri
}
noSignal = Fără semnal. Ce scrii se păstrează.
serverTrouble = Avem o problemă la noi. Ce scrii se păstrează. Încercăm singuri din nou.
notUpdated = Nu am putut actualiza. Asta este de la { $time }.
noMentor = Încă nu ai mentor. Echipa ta îți va găsi unul. Ai nevoie de ajutor? Apasă Ajutor.
waitedLong = Ceva așteaptă de o zi. Pleacă atunci când ai semnal.

## Check-in
youSaid = Ai spus { $scale }
change = Schimbă
better = Ce a fost mai bine?
betterSleep = Somnul
betterSchool = Școala
betterFood = Mâncarea
betterCalm = Liniște acasă
betterNothing = Încă nimic
best_hopes = După ce ai ști că ajutorul acesta a meritat?
resources = Ce face să fie acolo și nu mai jos?
next_sign = Ce ar fi altfel cu un pas mai sus?
exceptions = Când a fost puțin mai bine? Cine a observat?
coping = Cum ai reușit să mergi mai departe?
sayMore = Spune mai mult, dacă vrei
wants_contact = Să te sunăm?
yesCall = Da, sunați-mă
someone_makes_me_unsafe = Te face cineva să nu te simți în siguranță?
unsafeWho = Mentorul tău nu vede acest răspuns. Îl vede un asistent social.
ratherNotSay = Mai bine nu spun
sendTo = Trimite la { $name }
sendCheckIn = Trimite
whoSees = { $name } și echipa ta văd asta.
thanks = Mulțumim că ne spui.
kept = S-a păstrat. Pleacă singur când este semnal.
keptNot = Încă netrimis. Lasă pagina deschisă până pleacă.
sentCheckIn = Trimis. Echipa ta l-a primit.
shallJoCall = Pare greu. Ai nevoie de ajutor acum?

## Talk
onlyYou = Doar tu și echipa lui { $name } vedeți asta.
sayHello = Salută: { $name }.
writeHere = Scrie aici
newMessages = Noi
waiting = așteaptă
sending = se trimite
sent = trimis
delivered = pe telefonul lor
seen = văzut
notSent = netrimis
tryAgain = Încearcă din nou
bin = Aruncă
needHelpNow = Încă netrimis. Ai nevoie de ajutor acum?
writtenSent = scris { $written }, trimis { $sent }
tooLong = Este prea lung. Trimite în două părți.
older = Arată mai vechi
today = Astăzi
yesterday = Ieri
ended = Această discuție s-a încheiat. Ce scrii ajunge la echipa ta.
storageFull = Acest telefon este plin. Ce scrii nu se păstrează. Rămâi aici până se trimite.

## Dates
dates = Întâlniri
goals = Scopurile mele
nextDays = Următoarele 7 zile
later = Mai târziu
noDates = Încă nu sunt întâlniri.
takesMinutes = { $minutes ->
    [one] Cam un minut.
    [few] Cam { $minutes } minute.
   *[other] Cam { $minutes } de minute.
}
takesHours = { $hours ->
    [one] Cam o oră.
    [few] Cam { $hours } ore.
   *[other] Cam { $hours } de ore.
}
everyDay = În fiecare zi.
everyWeek = În fiecare săptămână.
everyTwoWeeks = La două săptămâni.
everyMonth = În fiecare lună.
iCanCome = Pot să vin
changeIt = Vreau altfel
changeWhy = Cum ar fi mai bine pentru tine?
youCanCome = Ai spus: pot să vin.
youWantChange = Ai cerut o schimbare.
dateChanged = S-a schimbat după ce ai răspuns. Poți să vii?
dateWas = Ai răspuns pentru { $time }.
cancelled = S-a anulat.

## Help
inDanger = Ești în pericol acum?
call = Sună la { $number }
text = SMS la { $number }
press55 = Nu poți vorbi? Apasă 55 când ți se cere.
mayShow = Apelurile și SMS-urile se pot vedea pe telefon sau pe factură.
tellTeam = Spune echipei că am nevoie de ajutor
telling = Spunem echipei tale
teamTold = Echipa ta află chiar acum. Încă nu a văzut nimeni. Dacă ești în pericol, sună la 999.
cannotCall = Este păstrat. Dar acum nu putem anunța echipa ta. Încă nu a văzut nimeni. Dacă ești în pericol, sună la 999.
notSentHelp = NETRIMIS. Nu este semnal sau ceva nu a mers. Sună la 999 dacă ești în pericol.
lineEmergency = Poliție, pompieri, ambulanță
lineChildline = Childline, sub 19 ani
lineShout = Shout, prin SMS
lineSamaritans = Samaritans
lineAbuse = Violență acasă

## Safety
thisPhone = Acest telefon
mine = Al meu. Ce citesc rămâne 7 zile, închis cu PIN-ul meu.
shared = Comun. Nu rămâne nimic aici.
lockNow = Blochează acum
myPhones = Telefoane care pot deschide asta
thisOne = acesta
signOutOthers = Deconectează celelalte telefoane
removePhone = Scoate acest telefon
removeSure = Dispare tot ce este pe acest telefon, și ce nu s-a trimis. Ca să revii, ai nevoie de un cod nou.
otherThanMentor = Vreau să vorbesc cu altcineva decât mentorul meu
otherWhy = Despre ce este vorba? Mentorul tău nu vede asta niciodată.
otherSent = Trimis unui asistent social. Mentorul tău nu îl vede.
whatProtects = Un PIN oprește pe cineva care îți ia telefonul. Nu oprește pe cineva care se uită la tine sau o aplicație care spionează.
notices = Notificări
noticesOffer = Să-ți spunem când scrie cineva? Vei vedea doar: Ai ceva nou.
noticesOn = Da, spuneți-mi
noticesAreOn = Notificările sunt pornite pe acest telefon.
noticesDenied = Telefonul nu ne lasă. Poți schimba asta în setări.
installOffer = Pui Daybook lângă celelalte aplicații? Va apărea o pictogramă pe telefon.
installYes = Da, pune-l
secondPin = Un al doilea PIN
secondPinWhat = Deschide o listă simplă și nimic altceva. Folosește-l când cineva te pune să deschizi asta.
secondPinSet = Alege al doilea PIN
secondPinOff = Oprește-l
secondPinIsOn = Este pornit.
secondPinSame = Acesta este PIN-ul de acum. Alege alte cifre.

## Anything
gone = Acest telefon este deconectat. Cere echipei tale un cod nou.
somethingWrong = Ceva nu a mers. Ce ai scris s-a păstrat. Încearcă din nou.
pageBroke = Pagina nu mai merge. Ce ai scris s-a păstrat. Deschide-o din nou.
openAgain = Deschide din nou
listTitle = Listă
addThing = Adaugă un lucru
add = Adaugă
removeThing = Scoate { $thing }

## On the lock screen
noticeNew = Ai ceva nou.
noticeNow = Ceva are nevoie de tine acum.
