## My goals
addGoal = Ychwanegu nod
firstGoal = Beth fyddai ychydig yn well?
ownWords = Defnyddiwch eich geiriau eich hun. Maen nhw'n aros fel y maen nhw.
whereNow = Ble mae pethau nawr?
goodEnough = Beth fyddai'n ddigon da?
start = Dechrau { $scale }
now = Nawr { $scale }
want = Hoffwn gael { $scale }
wrote = { $name } ysgrifennodd hwn.
sayNow = Sut mae pethau nawr?
helped = Beth helpodd?
nextStep = Un cam bach nesaf
asList = Gweld fel rhestr
noAnswer = { $weeks ->
    [1] 1 wythnos heb ateb
    [2] 2 wythnos heb ateb
   *[other] { $weeks } wythnos heb ateb
}
isDone = Mae'r nod hwn ar ben
reached = Rwyf wedi cyrraedd
letGo = Gadael iddo fynd
endedGoals = Nodau o'r blaen
gotThere = Rydych chi wedi cyrraedd.
hasLetGo = Rydych chi wedi gadael iddo fynd.

## Talk
readsUntil = Mae { $name } yn darllen tan { $until }. Wedyn: { $from }.
readsFrom = Bydd { $name } yn darllen eto: { $from }.
coversFor = Mae { $name } yma yn lle { $away } tan { $until }.
receipt = Ateb awtomatig: mae wedi cyrraedd. Bydd { $name } yn darllen eto: { $from }. Mewn perygl? Tapiwch y botwm help.
notTaken = Doedd dim modd derbyn y geiriau hyn. Gwnewch nhw'n fyrrach, neu dywedwch mewn ffordd arall.
cannotWrite = Allwch chi ddim ysgrifennu yma nawr. Gofynnwch i'ch tîm.

## How to reach me
safeWays = Sut mae'n ddiogel cysylltu â chi?
aMessage = Neges
aCall = Galwad
aVoicemail = Neges llais
safeWhen = Pryd mae'n ddiogel?
from = O
until = Tan
codeWord = Gair rydyn ni'n ei ddweud gyntaf, i chi wybod mai ni sydd yno
othersNear = Pwy arall all fod gerllaw pan fydd eich ffôn yn canu
save = Cadw
planSaved = Wedi'i gadw. Mae'r hyn sydd ddim yn ddiogel yn stopio nawr. Byddwn yn gofyn i chi cyn gwneud mwy.
planOpen = Bydd eich tîm yn gofyn i chi a yw hyn yn iawn.
