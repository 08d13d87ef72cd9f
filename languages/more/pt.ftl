## My goals
addGoal = Juntar um objetivo
firstGoal = O que podia ser um pouco melhor?
ownWords = Usa as tuas palavras. Ficam como as escreves.
whereNow = Como está agora?
goodEnough = O que seria bom o bastante?
start = Início { $scale }
now = Agora { $scale }
want = Quero { $scale }
wrote = Foi { $name } que escreveu isto.
sayNow = Como está hoje?
helped = O que ajudou?
nextStep = Um pequeno passo a seguir
asList = Ver como lista
noAnswer = { $weeks ->
    [one] 1 semana sem resposta
   *[other] { $weeks } semanas sem resposta
}
isDone = Este objetivo acabou
reached = Consegui
letGo = Deixar este objetivo
endedGoals = Objetivos de antes
gotThere = Conseguiste.
hasLetGo = Deixaste este objetivo.

## Talk
readsUntil = { $name } lê até às { $until }. De novo: { $from }.
readsFrom = { $name } lê de novo: { $from }.
coversFor = { $name } está aqui em vez de { $away } até { $until }.
receipt = Resposta automática: chegou. { $name } lê de novo: { $from }. Estás em perigo? Toca em ajuda.
notTaken = Não foi possível receber estas palavras. Escreve menos, ou de outra maneira.
cannotWrite = Agora não podes escrever aqui. Pergunta à tua equipa.

## How to reach me
safeWays = Como é seguro falar contigo?
aMessage = Uma mensagem
aCall = Uma chamada
aVoicemail = Uma mensagem de voz
safeWhen = Quando é seguro?
from = Das
until = Até às
codeWord = Uma palavra que dizemos primeiro, para saberes que somos nós
othersNear = Quem mais pode estar por perto quando o telefone toca
save = Guardar
planSaved = Guardado. O que não é seguro deixa de ser feito já. Perguntamos-te antes de fazer mais.
planOpen = A tua equipa vai perguntar-te se está certo.
