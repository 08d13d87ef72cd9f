# The notices only: the app is not in Urdu yet.
noticeNew = آپ کے لیے کچھ نیا ہے۔
noticeNow = کسی چیز کو ابھی آپ کی ضرورت ہے۔
