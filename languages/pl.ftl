# Co czytają rodziny. Krótkie zdania, proste słowa.
daybook = Daybook
back = Wróć
helpNow = Pomoc
leave = Wyjdź
home = Start
talk = Rozmowa
safety = Bezpieczeństwo
send = Wyślij
language = Język
yes = Tak
no = Nie
notSure = Nie wiem
notNow = Nie teraz
readAloud = Przeczytaj na głos
stopReading = Stop

## Joining
putInCode = Wpisz swój kod
codeHint = Ma 10 liter i cyfr. Dał ci go pracownik twojej rodziny.
code = Kod
next = Dalej
codeShort = Kod ma 10 liter i cyfr.
beforeYouStart = Zanim zaczniesz
promise1 = To, co tu piszesz, możesz czytać ty i twój zespół.
promise2 = Jeśli ktoś nie jest bezpieczny, działamy.
promise3 = Komputer szuka w twoich tekstach słów, które martwią. Dzięki temu człowiek szybko je zobaczy.
iUnderstand = Rozumiem
sharedPhone = Czy ktoś jeszcze używa tego telefonu?
sharedMeans = Wtedy nic nie zostaje na tym telefonie. PIN wpisujesz za każdym razem.
choosePin = Wybierz PIN
pinHint = 6 cyfr. Nie data urodzenia. Nikomu go nie mów.
pin = PIN
pinShort = PIN ma 6 cyfr.
pinEasy = Ten PIN łatwo zgadnąć. Wybierz inne cyfry.
pinAgain = Wpisz PIN jeszcze raz
pinDiffers = Te dwa PIN-y nie są takie same. Wybierz jeszcze raz.
checkingCode = Sprawdzamy kod
codeWrong = Ten kod nie działa. Może jest stary albo użyty. Poproś swój zespół o nowy. Twój kod nadal tu jest.
noSignalJoin = Brak zasięgu. Zachowaj kod i spróbuj później.
staffSignIn = Pracuję tutaj: zaloguj się

## Lock
locked = Wpisz swój PIN
pinWrong = To nie ten PIN. Spróbuj jeszcze raz.
waitSeconds = { $seconds ->
    [one] Poczekaj 1 sekundę i spróbuj znowu.
    [few] Poczekaj { $seconds } sekundy i spróbuj znowu.
    [many] Poczekaj { $seconds } sekund i spróbuj znowu.
   *[other] Poczekaj { $seconds } sekundy i spróbuj znowu.
}
waitMinutes = { $minutes ->
    [one] Poczekaj 1 minutę i spróbuj znowu.
    [few] Poczekaj { $minutes } minuty i spróbuj znowu.
    [many] Poczekaj { $minutes } minut i spróbuj znowu.
   *[other] Poczekaj { $minutes } minuty i spróbuj znowu.
}
ok = OK
deleteDigit = Usuń
forgotPin = Nie pamiętasz? Poproś swój zespół o nowy kod.
newCode = Mam nowy kod

## Home
hello = Cześć, { $name }
scale = Jak jest dzisiaj?
veryHard = bardzo trudno
asIHope = tak, jak chcę
wroteToYou = { $name }: masz wiadomość
talkTo = Rozmowa: { $name }
notSentYet = { $count ->
    [one] Jeszcze niewysłane: 1 rzecz
    [few] Jeszcze niewysłane: { $count } rzeczy
    [many] Jeszcze niewysłane: { $count } rzeczy
   *[other] Jeszcze niewysłane: { $count } rzeczy
}
noSignal = Brak zasięgu. To, co napiszesz, zostanie zachowane.
serverTrouble = Mamy problem po naszej stronie. To, co piszesz, jest zachowane. Sami spróbujemy znowu.
notUpdated = Nie udało się odświeżyć. To jest z { $time }.
noMentor = Nie masz jeszcze mentora. Twój zespół go znajdzie. Potrzebujesz pomocy? Naciśnij Pomoc.
waitedLong = Coś czeka już cały dzień. Wyśle się, gdy będzie zasięg.

## Check-in
youSaid = Twoja odpowiedź: { $scale }
change = Zmień
better = Co jest lepiej?
betterSleep = Sen
betterSchool = Szkoła
betterFood = Jedzenie
betterCalm = Spokój w domu
betterNothing = Jeszcze nic
best_hopes = Po czym poznasz, że ta pomoc była tego warta?
resources = Co sprawia, że jest tak, a nie niżej?
next_sign = Co byłoby inaczej o jeden stopień wyżej?
exceptions = Kiedy było trochę lepiej? Kto to zauważył?
coping = Co pomaga ci dać sobie radę?
sayMore = Napisz więcej, jeśli chcesz
wants_contact = Czy mamy zadzwonić?
yesCall = Tak, proszę zadzwonić
someone_makes_me_unsafe = Czy ktoś sprawia, że nie czujesz się bezpiecznie?
unsafeWho = Twój mentor nie widzi tej odpowiedzi. Widzi ją pracownik socjalny.
ratherNotSay = Wolę nie mówić
sendTo = Wyślij: { $name }
sendCheckIn = Wyślij
whoSees = To widzi { $name } i twój zespół.
thanks = Dziękujemy, że nam to mówisz.
kept = Zachowane. Wyśle się samo, gdy będzie zasięg.
keptNot = Jeszcze niewysłane. Nie zamykaj tej strony, aż się wyśle.
sentCheckIn = Wysłane. Twój zespół już to ma.
shallJoCall = To brzmi trudno. Czy potrzebujesz teraz pomocy?

## Talk
onlyYou = Widzisz to tylko ty i zespół ({ $name }).
sayHello = Przywitaj się: { $name }.
writeHere = Pisz tutaj
newMessages = Nowe
waiting = czeka
sending = wysyła się
sent = wysłane
delivered = na telefonie
seen = przeczytane
notSent = niewysłane
tryAgain = Spróbuj znowu
bin = Wyrzuć
needHelpNow = Jeszcze niewysłane. Potrzebujesz pomocy teraz?
writtenSent = napisane { $written }, wysłane { $sent }
tooLong = To jest za długie. Wyślij w dwóch częściach.
older = Pokaż starsze
today = Dzisiaj
yesterday = Wczoraj
ended = Ta rozmowa się skończyła. To, co napiszesz, trafi do twojego zespołu.
storageFull = Ten telefon jest pełny. Tekst nie jest zachowany. Zostań tutaj, aż się wyśle.

## Dates
dates = Terminy
goals = Moje cele
nextDays = Następne 7 dni
later = Później
noDates = Nie ma jeszcze terminów.
takesMinutes = { $minutes ->
    [one] Około 1 minuty.
    [few] Około { $minutes } minut.
    [many] Około { $minutes } minut.
   *[other] Około { $minutes } minuty.
}
takesHours = { $hours ->
    [one] Około 1 godziny.
    [few] Około { $hours } godzin.
    [many] Około { $hours } godzin.
   *[other] Około { $hours } godziny.
}
everyDay = Codziennie.
everyWeek = Co tydzień.
everyTwoWeeks = Co dwa tygodnie.
everyMonth = Co miesiąc.
iCanCome = Pasuje mi
changeIt = Zmieńmy to
changeWhy = Jak byłoby dla ciebie lepiej?
youCanCome = Twoja odpowiedź: pasuje mi.
youWantChange = Twoja odpowiedź: zmieńmy to.
dateChanged = To się zmieniło po twojej odpowiedzi. Czy ci pasuje?
dateWas = Twoja odpowiedź była na { $time }.
cancelled = To jest odwołane.

## Help
inDanger = Grozi ci coś teraz?
call = Zadzwoń: { $number }
text = Napisz SMS: { $number }
press55 = Nie możesz mówić? Naciśnij 55, gdy cię poproszą.
mayShow = Rozmowy i SMS-y mogą być widoczne w telefonie lub na rachunku.
tellTeam = Powiedz zespołowi, że potrzebuję pomocy
telling = Mówimy twojemu zespołowi
teamTold = Twój zespół właśnie się dowiaduje. Nikt jeszcze tego nie widział. Jeśli coś ci grozi, dzwoń 999.
cannotCall = Zapisane. Ale teraz nie możemy dotrzeć do twojego zespołu. Nikt jeszcze tego nie widział. Jeśli coś ci grozi, dzwoń 999.
notSentHelp = NIEWYSŁANE. Nie ma zasięgu albo coś poszło źle. Jeśli coś ci grozi, dzwoń 999.
lineEmergency = Policja, straż, karetka
lineChildline = Childline, do 19 lat
lineShout = Shout, przez SMS
lineSamaritans = Samaritans
lineAbuse = Przemoc w domu

## Safety
thisPhone = Ten telefon
mine = Mój. To, co czytam, zostaje 7 dni, zamknięte moim PIN-em.
shared = Wspólny. Nic tu nie zostaje.
lockNow = Zablokuj teraz
myPhones = Telefony, które to otwierają
thisOne = ten tutaj
signOutOthers = Wyloguj inne telefony
removePhone = Usuń ten telefon
removeSure = Zniknie wszystko, co jest na tym telefonie, też to, co niewysłane. Żeby wrócić, potrzebujesz nowego kodu.
otherThanMentor = Chcę porozmawiać z kimś innym niż mój mentor
otherWhy = O co chodzi? Twój mentor nigdy tego nie zobaczy.
otherSent = Wysłane do pracownika socjalnego. Twój mentor tego nie widzi.
whatProtects = PIN zatrzyma kogoś, kto weźmie twój telefon. Nie zatrzyma kogoś, kto na ciebie patrzy, ani aplikacji, która szpieguje.
notices = Powiadomienia
noticesOffer = Czy dać znać, gdy ktoś napisze? Zobaczysz tylko: Masz coś nowego.
noticesOn = Tak, daj znać
noticesAreOn = Powiadomienia są włączone na tym telefonie.
noticesDenied = Ten telefon nam nie pozwala. Możesz to zmienić w ustawieniach.
installOffer = Umieścić Daybook obok innych aplikacji? Na telefonie pojawi się ikona.
installYes = Tak, umieść
secondPin = Drugi PIN
secondPinWhat = Otwiera zwykłą listę i nic więcej. Użyj go, gdy ktoś każe ci to otworzyć.
secondPinSet = Ustaw drugi PIN
secondPinOff = Wyłącz
secondPinIsOn = Jest włączony.
secondPinSame = Tego PIN-u już używasz. Wybierz inne cyfry.

## Anything
gone = Ten telefon jest wylogowany. Poproś swój zespół o nowy kod.
somethingWrong = Coś poszło źle. Twój tekst jest zachowany. Spróbuj znowu.
pageBroke = Ta strona przestała działać. To, co piszesz, jest zachowane. Otwórz ją znowu.
openAgain = Otwórz znowu
listTitle = Lista
addThing = Dodaj rzecz
add = Dodaj
removeThing = Usuń { $thing }

## On the lock screen
noticeNew = Masz coś nowego.
noticeNow = Coś wymaga teraz Twojej uwagi.
