# O que as famílias leem. Frases curtas, palavras simples.
daybook = Daybook
back = Voltar
helpNow = Ajuda
leave = Sair
home = Início
talk = Conversa
safety = Segurança
send = Enviar
language = Língua
yes = Sim
no = Não
notSure = Não sei
notNow = Agora não
readAloud = Ler em voz alta
stopReading = Parar

## Joining
putInCode = Escreve o teu código
codeHint = Tem 10 letras e números. Foi-te dado por quem apoia a tua família.
code = Código
next = Seguinte
codeShort = Um código tem 10 letras e números.
beforeYouStart = Antes de começares
promise1 = Tu e a tua equipa podem ler o que escreves aqui.
promise2 = Se alguém não está em segurança, nós agimos.
promise3 = Um computador procura palavras de preocupação em tudo o que escreves, para que uma pessoa as veja depressa.
iUnderstand = Percebi
sharedPhone = Mais alguém usa este telemóvel?
sharedMeans = Então nada fica neste telemóvel. Escreves o PIN de cada vez.
choosePin = Escolhe um PIN
pinHint = 6 números. Não a tua data de anos. Não o digas a ninguém.
pin = PIN
pinShort = Um PIN tem 6 números.
pinEasy = Esse PIN é fácil de adivinhar. Escolhe outros números.
pinAgain = Escreve o PIN outra vez
pinDiffers = Os dois PIN não são iguais. Escolhe outra vez.
checkingCode = A ver o código
codeWrong = Este código não funciona. Pode ser antigo ou já usado. Pede um novo à tua equipa. O teu código ainda está aqui.
noSignalJoin = Sem rede. Guarda o código e tenta mais tarde.
staffSignIn = Trabalho aqui: entrar

## Lock
locked = Escreve o teu PIN
pinWrong = Não é esse o PIN. Tenta outra vez.
waitSeconds = { $seconds ->
    [one] Espera 1 segundo e tenta outra vez.
   *[other] Espera { $seconds } segundos e tenta outra vez.
}
waitMinutes = { $minutes ->
    [one] Espera 1 minuto e tenta outra vez.
   *[other] Espera { $minutes } minutos e tenta outra vez.
}
ok = OK
deleteDigit = Apagar
forgotPin = Não te lembras? Pede um código novo à tua equipa.
newCode = Tenho um código novo

## Home
hello = Olá, { $name }
scale = Como vão as coisas hoje?
veryHard = muito difícil
asIHope = como eu quero
wroteToYou = { $name } escreveu-te
talkTo = Falar com { $name }
notSentYet = { $count ->
    [one] Por enviar: 1 coisa
   *[other] Por enviar: { $count } coisas
}
noSignal = Sem rede. O que escreves fica guardado.
serverTrouble = Temos um problema do nosso lado. O que escreves fica guardado. Tentamos outra vez sozinhos.
notUpdated = Não foi possível atualizar. Isto é das { $time }.
noMentor = Ainda não tens mentor. A tua equipa vai encontrar um. Precisas de ajuda? Toca em Ajuda.
waitedLong = Algo espera há um dia. Segue quando tiveres rede.

## Check-in
youSaid = Disseste { $scale }
change = Mudar
better = O que tem sido melhor?
betterSleep = Sono
betterSchool = Escola
betterFood = Comida
betterCalm = Calma em casa
betterNothing = Ainda nada
best_hopes = O que te diria que esta ajuda valeu a pena?
resources = O que faz com que esteja aí e não mais abaixo?
next_sign = O que seria diferente um passo acima?
exceptions = Quando foi um pouco melhor? Quem reparou?
coping = Como tens conseguido aguentar?
sayMore = Conta mais, se quiseres
wants_contact = Queres que te liguemos?
yesCall = Sim, liguem
someone_makes_me_unsafe = Alguém te faz sentir em perigo?
unsafeWho = O teu mentor não vê esta resposta. Um assistente social vê.
ratherNotSay = Prefiro não dizer
sendTo = Enviar a { $name }
sendCheckIn = Enviar
whoSees = { $name } e a tua equipa podem ver isto.
thanks = Obrigado por nos contares.
kept = Guardado. Segue sozinho quando houver rede.
keptNot = Ainda não foi enviado. Deixa esta página aberta até seguir.
sentCheckIn = Enviado. A tua equipa já tem.
shallJoCall = Parece difícil. Precisas de ajuda agora?

## Talk
onlyYou = Só tu e a equipa de { $name } podem ver isto.
sayHello = Diz olá a { $name }.
writeHere = Escreve aqui
newMessages = Novas
waiting = à espera
sending = a enviar
sent = enviado
delivered = no outro telemóvel
seen = visto
notSent = não enviado
tryAgain = Tentar outra vez
bin = Deitar fora
needHelpNow = Ainda não foi enviado. Precisas de ajuda agora?
writtenSent = escrito às { $written }, enviado às { $sent }
tooLong = É muito longo. Envia em duas partes.
older = Ver mais antigas
today = Hoje
yesterday = Ontem
ended = Esta conversa acabou. O que escreves vai para a tua equipa.
storageFull = Este telemóvel está cheio. O que escreves não fica guardado. Fica aqui até ser enviado.

## Dates
dates = Marcações
goals = Objetivos
nextDays = Os próximos 7 dias
later = Mais tarde
noDates = Ainda não há marcações.
takesMinutes = { $minutes ->
    [one] Cerca de 1 minuto.
   *[other] Cerca de { $minutes } minutos.
}
takesHours = { $hours ->
    [one] Cerca de 1 hora.
   *[other] Cerca de { $hours } horas.
}
everyDay = Todos os dias.
everyWeek = Todas as semanas.
everyTwoWeeks = De duas em duas semanas.
everyMonth = Todos os meses.
iCanCome = Posso ir
changeIt = Quero mudar
changeWhy = O que seria melhor para ti?
youCanCome = Disseste: posso ir.
youWantChange = Pediste para mudar.
dateChanged = Isto mudou depois de responderes. Podes ir?
dateWas = Respondeste para { $time }.
cancelled = Foi cancelado.

## Help
inDanger = Estás em perigo agora?
call = Ligar { $number }
text = SMS para { $number }
press55 = Não podes falar? Carrega em 55 quando te pedirem.
mayShow = Chamadas e SMS podem aparecer no telemóvel ou na fatura.
tellTeam = Dizer à equipa que preciso de ajuda
telling = A avisar a tua equipa
teamTold = A tua equipa está a ser avisada. Ainda ninguém viu. Se estás em perigo, liga 999.
cannotCall = Guardado. Mas agora não conseguimos avisar a tua equipa. Ainda ninguém viu. Se estás em perigo, liga 999.
notSentHelp = NÃO ENVIADO. Não há rede ou algo correu mal. Liga 999 se estás em perigo.
lineEmergency = Polícia, bombeiros, ambulância
lineChildline = Childline, até aos 19
lineShout = Shout, por SMS
lineSamaritans = Samaritans
lineAbuse = Violência em casa

## Safety
thisPhone = Este telemóvel
mine = Meu. O que leio fica 7 dias, fechado com o meu PIN.
shared = Partilhado. Nada fica aqui.
lockNow = Bloquear agora
myPhones = Telemóveis que podem abrir isto
thisOne = este
signOutOthers = Fechar nos outros telemóveis
removePhone = Remover este telemóvel
removeSure = Sai tudo deste telemóvel, também o que não foi enviado. Para voltar precisas de um código novo.
otherThanMentor = Quero falar com alguém que não seja o meu mentor
otherWhy = O que se passa? O teu mentor nunca vê isto.
otherSent = Enviado a um assistente social. O teu mentor não vê.
whatProtects = Um PIN trava quem pega no teu telemóvel. Não trava quem te observa, nem uma aplicação que espia.
notices = Avisos
noticesOffer = Queres saber quando alguém escreve? O aviso diz só: Tens algo novo.
noticesOn = Sim, avisem-me
noticesAreOn = Os avisos estão ligados neste telemóvel.
noticesDenied = Este telemóvel não nos deixa. Podes mudar isso nas definições.
installOffer = Pôr o Daybook junto das outras aplicações? Vai aparecer um ícone neste telemóvel.
installYes = Sim, pôr lá
secondPin = Um segundo PIN
secondPinWhat = Abre uma lista simples e mais nada. Usa-o quando alguém te obriga a abrir isto.
secondPinSet = Criar um segundo PIN
secondPinOff = Desligar
secondPinIsOn = Está ligado.
secondPinSame = Esse é o PIN que já usas. Escolhe outros números.

## Anything
gone = Este telemóvel já não tem acesso. Pede um código novo à tua equipa.
somethingWrong = Algo correu mal. O que escreveste está guardado. Tenta outra vez.
pageBroke = Esta página deixou de funcionar. O que escreveste está guardado. Abre outra vez.
openAgain = Abrir outra vez
listTitle = Lista
addThing = Juntar uma coisa
add = Juntar
removeThing = Tirar { $thing }

## On the lock screen
noticeNew = Tens algo novo.
noticeNow = Algo precisa de ti agora.
