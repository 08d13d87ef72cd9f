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
