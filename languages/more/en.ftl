# What families read on screens that are loaded when they are opened. As in the folder above.
## My goals
addGoal = Add a goal
firstGoal = What would be a little better?
ownWords = Use your own words. They stay as you write them.
whereNow = Where is it now?
goodEnough = What would be good enough?
start = Start { $scale }
now = Now { $scale }
want = I want { $scale }
wrote = { $name } wrote this.
sayNow = How is it now?
helped = What helped?
nextStep = One small next step
asList = See as a list
noAnswer = { $weeks ->
    [one] 1 week with no answer
   *[other] { $weeks } weeks with no answer
}
isDone = This goal is done
reached = I got there
letGo = Let it go
endedGoals = Goals from before
gotThere = You got there.
hasLetGo = You let it go.

## Talk
readsUntil = { $name } reads until { $until }. Back: { $from }.
readsFrom = { $name } reads again: { $from }.
coversFor = { $name } is here for { $away } until { $until }.
receipt = A computer says: we have it. { $name } reads again: { $from }. In danger? Tap Help now.
notTaken = These words could not be taken. Make them shorter, or say it in another way.
cannotWrite = You cannot write here now. Ask your team.

## How to reach me
safeWays = How is it safe to reach you?
aMessage = A message
aCall = A call
aVoicemail = A voicemail
safeWhen = When is it safe?
from = From
until = Until
codeWord = A word we say first, so you know it is us
othersNear = Who else may be near when your phone rings
save = Save
planSaved = Saved. What is not safe stops now. We ask you before we do more.
planOpen = Your team will ask you if this is right.
