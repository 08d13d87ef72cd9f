# ما تقرؤه العائلات: جمل قصيرة وكلمات سهلة
daybook = Daybook
back = رجوع
helpNow = مساعدة
leave = خروج
home = الرئيسية
talk = محادثة
safety = سلامتي
send = إرسال
language = اللغة
yes = نعم
no = لا
notSure = لا أعرف
notNow = ليس الآن
readAloud = اقرأ بصوت عالٍ
stopReading = توقف

## Joining
putInCode = اكتب الرمز
codeHint = فيه 10 حروف وأرقام. أعطاك إياه من يدعم عائلتك.
code = الرمز
next = التالي
codeShort = الرمز فيه 10 حروف وأرقام.
beforeYouStart = قبل أن تبدأ
promise1 = ما تكتبه هنا تقرؤه أنت وفريقك.
promise2 = إذا كان أحد في خطر فسنتصرف.
promise3 = يبحث حاسوب عن كلمات مقلقة في كل ما تكتبه، حتى يراها إنسان بسرعة.
iUnderstand = فهمت
sharedPhone = هل يستعمل أحد غيرك هذا الهاتف؟
sharedMeans = عندها لا يبقى شيء على هذا الهاتف. تكتب رقمك السري كل مرة.
choosePin = اختر رقمًا سريًا
pinHint = 6 أرقام. ليس تاريخ ميلادك. لا تقله لأحد.
pin = الرقم السري
pinShort = الرقم السري فيه 6 أرقام.
pinEasy = هذا الرقم سهل التخمين. اختر أرقامًا أخرى.
pinAgain = اكتب الرقم السري مرة أخرى
pinDiffers = الرقمان ليسا متطابقين. اختر من جديد.
checkingCode = نتحقق من الرمز
codeWrong = هذا الرمز لا يعمل. قد يكون قديمًا أو مستعملًا. اطلب رمزًا جديدًا من فريقك. رمزك ما زال هنا.
noSignalJoin = لا توجد شبكة. احتفظ بالرمز وحاول لاحقًا.
staffSignIn = أعمل هنا: تسجيل الدخول

## Lock
locked = اكتب رقمك السري
pinWrong = هذا ليس الرقم السري. حاول مرة أخرى.
waitSeconds = { $seconds ->
    [one] انتظر ثانية واحدة ثم حاول مرة أخرى.
    [two] انتظر ثانيتين ثم حاول مرة أخرى.
    [few] انتظر { $seconds } ثوانٍ ثم حاول مرة أخرى.
   *[other] انتظر { $seconds } ثانية ثم حاول مرة أخرى.
}
waitMinutes = { $minutes ->
    [one] انتظر دقيقة واحدة ثم حاول مرة أخرى.
    [two] انتظر دقيقتين ثم حاول مرة أخرى.
    [few] انتظر { $minutes } دقائق ثم حاول مرة أخرى.
   *[other] انتظر { $minutes } دقيقة ثم حاول مرة أخرى.
}
ok = موافق
deleteDigit = حذف
forgotPin = هل نسيته؟ اطلب رمزًا جديدًا من فريقك.
newCode = عندي رمز جديد

## Home
hello = مرحبًا { $name }
scale = كيف الحال اليوم؟
veryHard = صعب جدًا
asIHope = كما أتمنى
wroteToYou = رسالة جديدة من { $name }
talkTo = تحدث مع { $name }
notSentYet = { $count ->
    [zero] أُرسل كل شيء
    [one] لم يُرسل بعد: شيء واحد
    [two] لم يُرسل بعد: شيئان
    [few] لم يُرسل بعد: { $count } أشياء
    [many] لم يُرسل بعد: { $count } شيئًا
   *[other] لم يُرسل بعد: { $count } شيء
}
noSignal = لا توجد شبكة. ما تكتبه محفوظ.
serverTrouble = عندنا مشكلة. ما تكتبه محفوظ. سنحاول مرة أخرى بأنفسنا.
notUpdated = لم نتمكن من التحديث. هذا من الساعة { $time }.
noMentor = ليس لديك مرشد بعد. سيجد فريقك لك مرشدًا. هل تحتاج مساعدة؟ اضغط مساعدة.
waitedLong = شيء ينتظر منذ يوم. سيُرسل حين تتوفر الشبكة.

## Check-in
youSaid = قلت { $scale }
change = تغيير
better = ما الذي صار أفضل؟
betterSleep = النوم
betterSchool = المدرسة
betterFood = الطعام
betterCalm = هدوء في البيت
betterNothing = لا شيء بعد
best_hopes = ما الذي سيخبرك أن هذه المساعدة كانت مفيدة؟
resources = ما الذي يجعلها هنا وليس أقل؟
next_sign = ما الذي سيختلف لو تحسّنت درجة واحدة؟
exceptions = متى كان الأمر أفضل قليلًا؟ من لاحظ ذلك؟
coping = كيف استطعت الاستمرار؟
sayMore = قل المزيد إن أردت
wants_contact = هل تريد أن نتصل بك؟
yesCall = نعم، اتصلوا بي
someone_makes_me_unsafe = هل يجعلك أحد تشعر بأنك لست بأمان؟
unsafeWho = مرشدك لا يرى هذا الجواب. يراه أخصائي اجتماعي.
ratherNotSay = أفضّل ألا أقول
sendTo = إرسال إلى { $name }
sendCheckIn = إرسال
whoSees = يرى هذا { $name } وفريقك.
thanks = شكرًا لأنك أخبرتنا.
kept = حُفظ. سيُرسل وحده حين تتوفر الشبكة.
keptNot = لم يُرسل بعد. أبقِ هذه الصفحة مفتوحة حتى يُرسل.
sentCheckIn = أُرسل. وصل إلى فريقك.
shallJoCall = يبدو الأمر صعبًا. هل تحتاج مساعدة الآن؟

## Talk
onlyYou = لا يرى هذا إلا أنت وفريق { $name }.
sayHello = قل مرحبًا لـ { $name }.
writeHere = اكتب هنا
newMessages = جديد
waiting = ينتظر
sending = يُرسَل
sent = أُرسل
delivered = وصل إلى الهاتف
seen = شوهد
notSent = لم يُرسل
tryAgain = حاول مرة أخرى
bin = احذف
needHelpNow = لم يُرسل بعد. هل تحتاج مساعدة الآن؟
writtenSent = كُتب { $written }، أُرسل { $sent }
tooLong = هذا طويل جدًا. أرسله في جزأين.
older = عرض الأقدم
today = اليوم
yesterday = أمس
ended = انتهت هذه المحادثة. ما تكتبه يصل إلى فريقك.
storageFull = الهاتف ممتلئ. ما تكتبه غير محفوظ. ابقَ هنا حتى يُرسل.

## Dates
dates = المواعيد
goals = أهدافي
nextDays = الأيام السبعة القادمة
later = لاحقًا
noDates = لا توجد مواعيد بعد.
takesMinutes = { $minutes ->
    [one] نحو دقيقة واحدة.
    [two] نحو دقيقتين.
    [few] نحو { $minutes } دقائق.
   *[other] نحو { $minutes } دقيقة.
}
takesHours = { $hours ->
    [one] نحو ساعة واحدة.
    [two] نحو ساعتين.
    [few] نحو { $hours } ساعات.
   *[other] نحو { $hours } ساعة.
}
everyDay = كل يوم.
everyWeek = كل أسبوع.
everyTwoWeeks = كل أسبوعين.
everyMonth = كل شهر.
iCanCome = أستطيع الحضور
changeIt = أريد تغييره
changeWhy = ما الذي يناسبك أكثر؟
youCanCome = قلت: أستطيع الحضور.
youWantChange = طلبت تغييره.
dateChanged = تغيّر هذا بعد جوابك. هل تستطيع الحضور؟
dateWas = كان جوابك عن { $time }.
cancelled = أُلغي هذا الموعد.

## Help
inDanger = هل أنت في خطر الآن؟
call = اتصل { $number }
text = رسالة إلى { $number }
press55 = لا تستطيع الكلام؟ اضغط 55 عندما يُطلب منك.
mayShow = قد تظهر المكالمات والرسائل على الهاتف أو الفاتورة.
tellTeam = أخبروا فريقي أني أحتاج مساعدة
telling = نخبر فريقك
teamTold = نخبر فريقك الآن. لم يره أحد بعد. إذا كنت في خطر فاتصل بـ 999.
cannotCall = حُفظ. لكن لا يمكننا الوصول إلى فريقك الآن. لم يره أحد بعد. إذا كنت في خطر فاتصل بـ 999.
notSentHelp = لم يُرسل. لا توجد شبكة أو حدث خطأ. اتصل بـ 999 إذا كنت في خطر.
lineEmergency = الشرطة والإطفاء والإسعاف
lineChildline = Childline، تحت 19 سنة
lineShout = Shout، برسالة نصية
lineSamaritans = Samaritans
lineAbuse = العنف في البيت

## Safety
thisPhone = هذا الهاتف
mine = لي. ما أقرؤه يبقى 7 أيام، مقفلًا برقمي السري.
shared = مشترك. لا يبقى شيء هنا.
lockNow = اقفل الآن
myPhones = هواتف تستطيع فتح هذا
thisOne = هذا
signOutOthers = الخروج من كل الهواتف الأخرى
removePhone = إزالة هذا الهاتف
removeSure = سيُحذف كل ما على هذا الهاتف، حتى ما لم يُرسل. تحتاج رمزًا جديدًا لتعود.
otherThanMentor = أريد أن أتحدث مع شخص غير مرشدي
otherWhy = عن ماذا؟ مرشدك لا يرى هذا أبدًا.
otherSent = أُرسل إلى أخصائي اجتماعي. مرشدك لا يراه.
whatProtects = الرقم السري يوقف من يأخذ هاتفك. لا يوقف من يراقبك، ولا تطبيقًا يتجسس.
notices = الإشعارات
noticesOffer = هل نخبرك عندما يكتب لك أحد؟ يقول الإشعار فقط: لديك شيء جديد.
noticesOn = نعم، أخبروني
noticesAreOn = الإشعارات مفعّلة على هذا الهاتف.
noticesDenied = هذا الهاتف لا يسمح لنا. يمكنك تغيير ذلك في الإعدادات.
installOffer = هل نضع Daybook بجانب تطبيقاتك؟ ستظهر أيقونة على هذا الهاتف.
installYes = نعم، ضعوه
secondPin = رقم سري ثانٍ
secondPinWhat = يفتح قائمة عادية ولا شيء غيرها. استعمله عندما يجبرك أحد على فتح هذا.
secondPinSet = اختر رقمًا ثانيًا
secondPinOff = إيقافه
secondPinIsOn = مفعّل.
secondPinSame = هذا هو الرقم الذي تستعمله الآن. اختر أرقامًا أخرى.

## Anything
gone = خرج هذا الهاتف. اطلب رمزًا جديدًا من فريقك.
somethingWrong = حدث خطأ. ما كتبته محفوظ. حاول مرة أخرى.
pageBroke = توقفت هذه الصفحة. ما كتبته محفوظ. افتحها مرة أخرى.
openAgain = افتح مرة أخرى
listTitle = قائمة
addThing = أضف شيئًا
add = أضف
removeThing = احذف { $thing }

## On the lock screen
noticeNew = لديك شيء جديد.
noticeNow = هناك ما يحتاجك الآن.
