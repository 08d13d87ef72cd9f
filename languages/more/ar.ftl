## My goals
addGoal = أضف هدفًا
firstGoal = ما الذي يمكن أن يكون أفضل قليلًا؟
ownWords = اكتب بكلماتك. تبقى كما تكتبها.
whereNow = أين هو الآن؟
goodEnough = ما الذي يكفيك؟
start = البداية { $scale }
now = الآن { $scale }
want = أريد { $scale }
wrote = كتب هذا { $name }.
sayNow = كيف هو الآن؟
helped = ما الذي ساعد؟
nextStep = خطوة صغيرة تالية
asList = عرض كقائمة
noAnswer = { $weeks ->
    [one] أسبوع بلا إجابة
    [two] أسبوعان بلا إجابة
    [few] { $weeks } أسابيع بلا إجابة
   *[other] { $weeks } أسبوعًا بلا إجابة
}
isDone = انتهى هذا الهدف
reached = وصلت إليه
letGo = تركت هذا الهدف
endedGoals = أهداف سابقة
gotThere = وصلت إليه.
hasLetGo = تركت هذا الهدف.

## Talk
readsUntil = يقرأ { $name } حتى { $until }. ثم: { $from }.
readsFrom = يقرأ { $name } مجددًا: { $from }.
coversFor = { $name } هنا بدلًا من { $away } حتى { $until }.
receipt = رد آلي: وصلت رسالتك. يقرأ { $name } مجددًا: { $from }. هل أنت في خطر؟ اضغط زر المساعدة.
notTaken = لم نتمكن من قبول هذه الكلمات. اجعلها أقصر أو قلها بطريقة أخرى.
cannotWrite = لا يمكنك الكتابة هنا الآن. اسأل فريقك.

## How to reach me
safeWays = كيف نتواصل معك بأمان؟
aMessage = رسالة
aCall = مكالمة
aVoicemail = رسالة صوتية
safeWhen = متى يكون ذلك آمنًا؟
from = من
until = إلى
codeWord = كلمة نقولها أولًا لتعرف أننا نحن
othersNear = من قد يكون قريبًا أيضًا عندما يرن هاتفك
save = احفظ
planSaved = حُفظ. ما ليس آمنًا يتوقف الآن. نسألك قبل أن نفعل أكثر.
planOpen = سيسألك فريقك إن كان هذا صحيحًا.
