## My goals
addGoal = Adaugă un scop
firstGoal = Ce ar putea fi puțin mai bine?
ownWords = Scrie cu cuvintele tale. Rămân așa cum le scrii.
whereNow = Unde ești acum?
goodEnough = Cât ar fi destul de bine?
start = Început { $scale }
now = Acum { $scale }
want = Vreau { $scale }
wrote = Asta a scris { $name }.
sayNow = Cum este acum?
helped = Ce a ajutat?
nextStep = Un pas mic mai departe
asList = Vezi ca listă
noAnswer = { $weeks ->
    [one] O săptămână fără răspuns
    [few] { $weeks } săptămâni fără răspuns
   *[other] { $weeks } de săptămâni fără răspuns
}
isDone = Acest scop s-a încheiat
reached = Am ajuns acolo
letGo = Renunț la el
endedGoals = Scopuri de dinainte
gotThere = Ai ajuns acolo.
hasLetGo = Ai renunțat la el.

## Talk
readsUntil = { $name } citește până la { $until }. Din nou: { $from }.
readsFrom = { $name } citește din nou: { $from }.
coversFor = { $name } ține locul pentru { $away } până la { $until }.
receipt = Răspuns automat: a ajuns la noi. { $name } citește din nou: { $from }. Ești în pericol? Apasă pe ajutor.
notTaken = Aceste cuvinte nu au putut fi primite. Scurtează-le sau spune altfel.
cannotWrite = Acum nu poți scrie aici. Întreabă echipa ta.

## How to reach me
safeWays = Cum este sigur să te contactăm?
aMessage = Un mesaj
aCall = Un apel
aVoicemail = Un mesaj vocal
safeWhen = Când este sigur?
from = De la
until = Până la
codeWord = Un cuvânt pe care îl spunem primul, ca să știi că suntem noi
othersNear = Cine mai poate fi aproape când sună telefonul
save = Salvează
planSaved = Salvat. Ce nu este sigur se oprește acum. Te întrebăm înainte să facem mai mult.
planOpen = Echipa ta te va întreba dacă este bine așa.
