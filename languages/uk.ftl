# The notices only: the app is not in Ukrainian yet.
noticeNew = У вас є щось нове.
noticeNow = Щось потребує вас зараз.
