# What families read. Short sentences, everyday words: to be read at age 9.
daybook = Daybook
back = Back
helpNow = Help now
leave = Leave
home = Home
talk = Talk
safety = My safety
send = Send
language = Language
yes = Yes
no = No
notSure = Not sure
notNow = Not now
readAloud = Read aloud
stopReading = Stop

## Joining
putInCode = Put in your code
codeHint = It has 10 letters and numbers. Your family's worker gave it to you.
code = Code
next = Next
codeShort = A code has 10 letters and numbers.
beforeYouStart = Before you start
promise1 = You and your team can read what you write here.
promise2 = If someone is not safe, we act.
promise3 = A computer looks for worry words in what you write. Then a person sees them soon.
iUnderstand = I understand
sharedPhone = Does someone else use this phone?
sharedMeans = Then nothing stays on this phone. You put in your PIN each time.
choosePin = Choose a PIN
pinHint = 6 numbers. Not your birthday. Do not tell it to anyone.
pin = PIN
pinShort = A PIN has 6 numbers.
pinEasy = That PIN is too easy to guess. Choose other numbers.
pinAgain = Put in the PIN again
pinDiffers = The two PINs are not the same. Choose again.
checkingCode = Checking the code
codeWrong = This code does not work. It may be old or used. Ask your team for a new one. Your code is still here.
noSignalJoin = No signal. Keep the code and try later.
staffSignIn = I work here: sign in

## Lock
locked = Put in your PIN
pinWrong = That is not the PIN. Try again.
waitSeconds = { $seconds ->
    [one] Wait 1 second, then try again.
   *[other] Wait { $seconds } seconds, then try again.
}
waitMinutes = { $minutes ->
    [one] Wait 1 minute, then try again.
   *[other] Wait { $minutes } minutes, then try again.
}
ok = OK
deleteDigit = Delete
forgotPin = Forgot it? Ask your team for a new code.
newCode = I have a new code

## Home
hello = Hello { $name }
scale = How are things today?
veryHard = very hard
asIHope = just as I hope
wroteToYou = { $name } wrote to you
talkTo = Talk to { $name }
notSentYet = { $count ->
    [one] Not sent yet: 1 thing
   *[other] Not sent yet: { $count } things
}
noSignal = No signal. What you write is kept.
serverTrouble = Our side has a problem. What you write is kept. We try again by ourselves.
notUpdated = We could not update. This is from { $time }.
noMentor = You have no mentor yet. Your team will find one for you. Need help? Tap Help now.
waitedLong = Something has waited for a day. It goes when you have signal.

## Check-in
youSaid = You said { $scale }
change = Change
better = What has been better?
betterSleep = Sleep
betterSchool = School
betterFood = Food
betterCalm = Calm at home
betterNothing = Nothing yet
best_hopes = What would tell you this help was worth it?
resources = What puts it there and not lower?
next_sign = What would be different one step up?
exceptions = When was it a bit better? Who noticed?
coping = How have you kept going?
sayMore = Say more, if you want
wants_contact = Shall we call you?
yesCall = Yes, please call
someone_makes_me_unsafe = Is anyone making you feel unsafe?
unsafeWho = Your mentor does not see this answer. A social worker does.
ratherNotSay = Rather not say
sendTo = Send to { $name }
sendCheckIn = Send
whoSees = { $name } and your team can see this.
thanks = Thank you for telling us.
kept = Kept. It will go by itself when there is signal.
keptNot = Not sent yet. Keep this page open until it is sent.
sentCheckIn = Sent. Your team has it.
shallJoCall = Things sound hard. Do you need help now?

## Talk
onlyYou = Only you and { $name }'s team can see this.
sayHello = Say hello to { $name }.
writeHere = Write here
newMessages = New
waiting = waiting
sending = sending
sent = sent
delivered = on their phone
seen = seen
notSent = not sent
tryAgain = Try again
bin = Bin it
needHelpNow = Not sent yet. Need help now?
writtenSent = written { $written }, sent { $sent }
tooLong = That is too long. Send it in two parts.
older = Show older
today = Today
yesterday = Yesterday
ended = This talk has ended. What you write goes to your team.
storageFull = This phone is full. What you write is not kept. Stay here until it is sent.

## Dates
dates = Dates
goals = My goals
nextDays = The next 7 days
later = Later
noDates = No dates yet.
takesMinutes = { $minutes ->
    [one] About 1 minute.
   *[other] About { $minutes } minutes.
}
takesHours = { $hours ->
    [one] About 1 hour.
   *[other] About { $hours } hours.
}
everyDay = Every day.
everyWeek = Every week.
everyTwoWeeks = Every two weeks.
everyMonth = Every month.
iCanCome = I can come
changeIt = Change it
changeWhy = What would be better for you?
youCanCome = You said: I can come.
youWantChange = You asked to change it.
dateChanged = This has changed since you answered. Can you come?
dateWas = You answered for { $time }.
cancelled = This is cancelled.

## Help
inDanger = In danger now?
call = Call { $number }
text = Text { $number }
press55 = Cannot speak? Press 55 when asked.
mayShow = Calls and texts may show on a phone or a bill.
tellTeam = Tell my team I need help
telling = Telling your team
teamTold = Your team is being told now. Nobody has seen it yet. If you are in danger, call 999.
cannotCall = It is kept. But we cannot reach your team now. Nobody has seen it yet. If you are in danger, call 999.
notSentHelp = NOT SENT. There is no signal, or something went wrong. Call 999 if you are in danger.
lineEmergency = Police, fire, ambulance
lineChildline = Childline, under 19
lineShout = Shout, by text
lineSamaritans = Samaritans
lineAbuse = Abuse at home

## Safety
thisPhone = This phone
mine = Mine. What I read stays 7 days, locked by my PIN.
shared = Shared. Nothing stays here.
lockNow = Lock now
myPhones = Phones that can open this
thisOne = this one
signOutOthers = Sign out all other phones
removePhone = Remove this phone
removeSure = All that is on this phone goes, also what is not sent. You need a new code to come back.
otherThanMentor = I want to talk to someone other than my mentor
otherWhy = What is it about? Your mentor never sees this.
otherSent = Sent to a social worker. Your mentor does not see it.
whatProtects = A PIN stops someone who picks up your phone. It does not stop someone who watches you, or an app that spies.
notices = Notices
noticesOffer = Shall we tell you when someone writes? The notice says only: You have something new.
noticesOn = Yes, tell me
noticesAreOn = Notices are on for this phone.
noticesDenied = This phone does not let us. You can change that in its settings.
installOffer = Put Daybook next to your other apps? An icon will show on this phone.
installYes = Yes, put it there
secondPin = A second PIN
secondPinWhat = It opens a plain list, and nothing else. Use it when someone makes you open this.
secondPinSet = Set a second PIN
secondPinOff = Turn it off
secondPinIsOn = It is on.
secondPinSame = This is the PIN you use now. Choose other numbers.

## Anything
gone = This phone is signed out. Ask your team for a new code.
somethingWrong = Something went wrong. What you wrote is kept. Try again.
pageBroke = This page stopped working. What you wrote is kept. Open it again.
openAgain = Open it again
listTitle = List
addThing = Add a thing
add = Add
removeThing = Remove { $thing }

## On the lock screen of a phone: the same whatever happened
noticeNew = You have something new.
noticeNow = Something needs you now.
