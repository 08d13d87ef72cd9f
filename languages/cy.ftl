# Beth mae teuluoedd yn ei ddarllen. Brawddegau byr, geiriau syml.
daybook = Daybook
back = Yn ôl
helpNow = Help nawr
leave = Gadael
home = Hafan
talk = Sgwrs
safety = Diogelwch
send = Anfon
language = Iaith
yes = Ie
no = Na
notSure = Ddim yn siŵr
notNow = Dim nawr
readAloud = Darllen yn uchel
stopReading = Stop

## Joining
putInCode = Rhowch eich cod
codeHint = Mae ganddo 10 llythyren a rhif. Gweithiwr eich teulu roddodd y cod i chi.
code = Cod
next = Nesaf
codeShort = Mae gan god 10 llythyren a rhif.
beforeYouStart = Cyn dechrau
promise1 = Gallwch chi a'ch tîm ddarllen beth rydych chi'n ei ysgrifennu yma.
promise2 = Os nad yw rhywun yn ddiogel, rydym yn gweithredu.
promise3 = Mae cyfrifiadur yn chwilio am eiriau sy'n peri pryder ym mhopeth rydych chi'n ei ysgrifennu, fel bod person yn eu gweld yn fuan.
iUnderstand = Rwy'n deall
sharedPhone = Oes rhywun arall yn defnyddio'r ffôn hwn?
sharedMeans = Yna does dim yn aros ar y ffôn hwn. Rhowch eich PIN bob tro.
choosePin = Dewiswch PIN
pinHint = 6 rhif. Nid eich pen-blwydd. Peidiwch â'i ddweud wrth neb.
pin = PIN
pinShort = Mae gan PIN 6 rhif.
pinEasy = Mae'r PIN hwnnw'n hawdd ei ddyfalu. Dewiswch rifau eraill.
pinAgain = Rhowch y PIN eto
pinDiffers = Nid yw'r ddau PIN yr un fath. Dewiswch eto.
checkingCode = Yn gwirio'r cod
codeWrong = Nid yw'r cod hwn yn gweithio. Gall fod yn hen neu wedi'i ddefnyddio. Gofynnwch i'ch tîm am un newydd. Mae eich cod yma o hyd.
noSignalJoin = Dim signal. Cadwch y cod a rhowch gynnig arni wedyn.
staffSignIn = Rwy'n gweithio yma: mewngofnodi

## Lock
locked = Rhowch eich PIN
pinWrong = Nid dyna'r PIN. Rhowch gynnig arall.
waitSeconds = { $seconds ->
    [1] Arhoswch 1 eiliad, yna rhowch gynnig arall.
   *[other] Arhoswch { $seconds } eiliad, yna rhowch gynnig arall.
}
waitMinutes = { $minutes ->
    [2] Arhoswch 2 funud, yna rhowch gynnig arall.
   *[other] Arhoswch { $minutes } munud, yna rhowch gynnig arall.
}
ok = Iawn
deleteDigit = Dileu
forgotPin = Wedi anghofio? Gofynnwch i'ch tîm am god newydd.
newCode = Mae gen i god newydd

## Home
hello = Helo { $name }
scale = Sut mae pethau heddiw?
veryHard = anodd iawn
asIHope = fel rwy'n gobeithio
wroteToYou = Mae { $name } wedi ysgrifennu atoch
talkTo = Siarad â { $name }
notSentYet = { $count ->
    [0] Popeth wedi'i anfon
    [1] Heb ei anfon eto: 1 peth
    [2] Heb eu hanfon eto: 2 beth
    [3] Heb eu hanfon eto: 3 pheth
    [6] Heb eu hanfon eto: 6 pheth
   *[other] Heb eu hanfon eto: { $count } peth
}
noSignal = Dim signal. Mae beth rydych chi'n ei ysgrifennu yn cael ei gadw.
serverTrouble = Mae problem ar ein hochr ni. Mae beth rydych chi'n ei ysgrifennu yn cael ei gadw. Byddwn ni'n trio eto.
notUpdated = Doedd dim modd diweddaru. Mae hwn o { $time }.
noMentor = Does gennych chi ddim mentor eto. Bydd eich tîm yn dod o hyd i un. Angen help? Tapiwch Help nawr.
waitedLong = Mae rhywbeth wedi aros am ddiwrnod. Bydd yn mynd pan fydd signal.

## Check-in
youSaid = Dywedoch chi { $scale }
change = Newid
better = Beth sydd wedi bod yn well?
betterSleep = Cwsg
betterSchool = Ysgol
betterFood = Bwyd
betterCalm = Tawelwch gartref
betterNothing = Dim byd eto
best_hopes = Beth fyddai'n dangos i chi fod yr help hwn yn werth ei gael?
resources = Beth sy'n ei roi yno ac nid yn is?
next_sign = Beth fyddai'n wahanol un cam yn uwch?
exceptions = Pryd roedd pethau ychydig yn well? Pwy sylwodd?
coping = Sut ydych chi wedi dal ati?
sayMore = Dywedwch fwy, os hoffech
wants_contact = Hoffech chi i ni ffonio?
yesCall = Ie, ffoniwch
someone_makes_me_unsafe = Oes rhywun yn gwneud i chi deimlo'n anniogel?
unsafeWho = Nid yw eich mentor yn gweld yr ateb hwn. Mae gweithiwr cymdeithasol yn ei weld.
ratherNotSay = Gwell gen i beidio â dweud
sendTo = Anfon at { $name }
sendCheckIn = Anfon
whoSees = Gall { $name } a'ch tîm weld hwn.
thanks = Diolch am ddweud wrthym.
kept = Wedi'i gadw. Bydd yn mynd ei hun pan fydd signal.
keptNot = Heb ei anfon eto. Cadwch y dudalen hon ar agor nes iddo fynd.
sentCheckIn = Wedi'i anfon. Mae gan eich tîm ef.
shallJoCall = Mae pethau'n swnio'n anodd. Oes angen help arnoch nawr?

## Talk
onlyYou = Dim ond chi a thîm { $name } sy'n gallu gweld hwn.
sayHello = Dywedwch helo wrth { $name }.
writeHere = Ysgrifennwch yma
newMessages = Newydd
waiting = yn aros
sending = yn anfon
sent = wedi'i anfon
delivered = ar eu ffôn
seen = wedi'i weld
notSent = heb ei anfon
tryAgain = Trio eto
bin = Taflu
needHelpNow = Heb ei anfon eto. Angen help nawr?
writtenSent = ysgrifennwyd { $written }, anfonwyd { $sent }
tooLong = Mae hwnna'n rhy hir. Anfonwch ef mewn dwy ran.
older = Dangos rhai hŷn
today = Heddiw
yesterday = Ddoe
ended = Mae'r sgwrs hon wedi dod i ben. Mae beth rydych chi'n ei ysgrifennu yn mynd at eich tîm.
storageFull = Mae'r ffôn hwn yn llawn. Nid yw eich geiriau'n cael eu cadw. Arhoswch yma nes iddyn nhw fynd.

## Dates
dates = Dyddiadau
goals = Fy nodau
nextDays = Y 7 diwrnod nesaf
later = Yn nes ymlaen
noDates = Dim dyddiadau eto.
takesMinutes = { $minutes ->
    [2] Tua 2 funud.
   *[other] Tua { $minutes } munud.
}
takesHours = Tua { $hours } awr.
everyDay = Bob dydd.
everyWeek = Bob wythnos.
everyTwoWeeks = Bob pythefnos.
everyMonth = Bob mis.
iCanCome = Gallaf ddod
changeIt = Hoffwn newid
changeWhy = Beth fyddai'n well i chi?
youCanCome = Dywedoch chi: gallaf ddod.
youWantChange = Gofynnoch chi am newid.
dateChanged = Mae hwn wedi newid ers i chi ateb. Allwch chi ddod?
dateWas = Roedd eich ateb am { $time }.
cancelled = Mae hwn wedi'i ganslo.

## Help
inDanger = Mewn perygl nawr?
call = Ffonio { $number }
text = Tecstio { $number }
press55 = Methu siarad? Pwyswch 55 pan fyddan nhw'n gofyn.
mayShow = Gall galwadau a negeseuon ddangos ar ffôn neu ar fil.
tellTeam = Dweud wrth fy nhîm fod angen help
telling = Yn dweud wrth eich tîm
teamTold = Mae eich tîm yn cael gwybod nawr. Does neb wedi'i weld eto. Os ydych mewn perygl, ffoniwch 999.
cannotCall = Mae wedi'i gadw. Ond allwn ni ddim cyrraedd eich tîm nawr. Does neb wedi'i weld eto. Os ydych mewn perygl, ffoniwch 999.
notSentHelp = HEB EI ANFON. Does dim signal, neu aeth rhywbeth o'i le. Ffoniwch 999 os ydych mewn perygl.
lineEmergency = Heddlu, tân, ambiwlans
lineChildline = Childline, dan 19
lineShout = Shout, trwy decst
lineSamaritans = Samariaid
lineAbuse = Cam-drin gartref

## Safety
thisPhone = Y ffôn hwn
mine = Fi biau hwn. Mae beth rwy'n ei ddarllen yn aros 7 diwrnod, dan glo fy PIN.
shared = Rydym yn ei rannu. Does dim yn aros yma.
lockNow = Cloi nawr
myPhones = Ffonau sy'n gallu agor hwn
thisOne = hwn
signOutOthers = Allgofnodi pob ffôn arall
removePhone = Tynnu'r ffôn hwn
removeSure = Bydd popeth ar y ffôn hwn yn mynd, a'r hyn sydd heb ei anfon hefyd. Bydd angen cod newydd i ddod yn ôl.
otherThanMentor = Hoffwn siarad â rhywun heblaw fy mentor
otherWhy = Am beth mae e? Nid yw eich mentor byth yn gweld hwn.
otherSent = Wedi'i anfon at weithiwr cymdeithasol. Nid yw eich mentor yn ei weld.
whatProtects = Mae PIN yn rhwystro rhywun sy'n codi eich ffôn. Nid yw'n rhwystro rhywun sy'n eich gwylio, nac ap sy'n ysbïo.
notices = Hysbysiadau
noticesOffer = Hoffech chi wybod pan fydd rhywun yn ysgrifennu? Dim ond hyn fydd i'w weld: Mae gennych rywbeth newydd.
noticesOn = Ie, rhowch wybod
noticesAreOn = Mae hysbysiadau ymlaen ar y ffôn hwn.
noticesDenied = Nid yw'r ffôn hwn yn gadael i ni. Gallwch newid hynny yn ei osodiadau.
installOffer = Rhoi Daybook wrth ymyl eich apiau eraill? Bydd eicon yn dangos ar y ffôn hwn.
installYes = Ie, rhowch ef yno
secondPin = Ail PIN
secondPinWhat = Mae'n agor rhestr blaen, a dim byd arall. Defnyddiwch ef pan fydd rhywun yn gwneud i chi agor hwn.
secondPinSet = Gosod ail PIN
secondPinOff = Ei ddiffodd
secondPinIsOn = Mae ymlaen.
secondPinSame = Dyma'r PIN rydych yn ei ddefnyddio nawr. Dewiswch rifau eraill.

## Anything
gone = Mae'r ffôn hwn wedi'i allgofnodi. Gofynnwch i'ch tîm am god newydd.
somethingWrong = Aeth rhywbeth o'i le. Mae beth ysgrifennoch chi wedi'i gadw. Rhowch gynnig arall.
pageBroke = Mae'r dudalen hon wedi stopio gweithio. Mae beth ysgrifennoch chi wedi'i gadw. Agorwch hi eto.
openAgain = Agor eto
listTitle = Rhestr
addThing = Ychwanegu peth
add = Ychwanegu
removeThing = Tynnu { $thing }

## On the lock screen
noticeNew = Mae gennych rywbeth newydd.
noticeNow = Mae rhywbeth eich angen chi nawr.

## Days and months, for browsers that do not know Welsh
-weekdays = Dydd Sul, Dydd Llun, Dydd Mawrth, Dydd Mercher, Dydd Iau, Dydd Gwener, Dydd Sadwrn
-months = Ionawr, Chwefror, Mawrth, Ebrill, Mai, Mehefin, Gorffennaf, Awst, Medi, Hydref, Tachwedd, Rhagfyr
