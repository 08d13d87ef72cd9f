## My goals
addGoal = Dodaj cel
firstGoal = Co mogłoby być trochę lepiej?
ownWords = Napisz własnymi słowami. Zostaną takie, jak je napiszesz.
whereNow = Jak jest teraz?
goodEnough = Co byłoby wystarczająco dobre?
start = Początek { $scale }
now = Teraz { $scale }
want = Chcę { $scale }
wrote = To napisał(a) { $name }.
sayNow = Jak jest dzisiaj?
helped = Co pomogło?
nextStep = Jeden mały następny krok
asList = Pokaż jako listę
noAnswer = { $weeks ->
    [one] 1 tydzień bez odpowiedzi
    [few] { $weeks } tygodnie bez odpowiedzi
    [many] { $weeks } tygodni bez odpowiedzi
   *[other] { $weeks } tygodnia bez odpowiedzi
}
isDone = Ten cel jest zakończony
reached = Udało się
letGo = Odpuszczam
endedGoals = Wcześniejsze cele
gotThere = Udało się.
hasLetGo = Odpuszczone.

## Talk
readsUntil = { $name } czyta do { $until }. Znowu: { $from }.
readsFrom = { $name } czyta znowu: { $from }.
coversFor = { $name } zastępuje: { $away }, do { $until }.
receipt = Wiadomość automatyczna: dotarło do nas. { $name } czyta znowu: { $from }. Grozi ci coś? Naciśnij Pomoc.
notTaken = Nie udało się przyjąć tych słów. Skróć je albo napisz inaczej.
cannotWrite = Teraz nie można tu pisać. Zapytaj swój zespół.

## How to reach me
safeWays = Jak można się z tobą bezpiecznie skontaktować?
aMessage = Wiadomość
aCall = Telefon
aVoicemail = Poczta głosowa
safeWhen = Kiedy jest bezpiecznie?
from = Od
until = Do
codeWord = Słowo, które mówimy najpierw, żeby było wiadomo, że to my
othersNear = Kto jeszcze może być blisko, gdy dzwoni telefon
save = Zapisz
planSaved = Zapisane. Co nie jest bezpieczne, tego już nie robimy. Zanim zrobimy więcej, zapytamy cię.
planOpen = Twój zespół zapyta cię, czy tak jest dobrze.
