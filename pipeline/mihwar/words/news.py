"""Reporting words: who said it, how it was said and when; words of any news, whatever it is about."""

NEWS_WORDS = {
    "ar": """
        قال قالت قالوا يقول تقول يقولون قائلا قائلة قوله قولها القول أكد أكدت أكدوا يؤكد تؤكد مؤكدا مؤكدة تأكيد
        التأكيد أضاف أضافت يضيف تضيف مضيفا
        مضيفة إضافة الإضافة أوضح أوضحت يوضح توضح موضحا موضحة أشار أشارت يشير تشير مشيرا مشيرة إشارة أفاد أفادت يفيد
        مفيدا ذكر ذكرت يذكر تذكر الذكر
        أعلن أعلنت يعلن تعلن معلنا صرح صرحت يصرح تصريح تصريحات التصريحات تصريحاته تابع تابعت يتابع أبرز أبرزت يبرز
        مبرزا اعتبر اعتبرت يعتبر تعتبر
        معتبرا شدد شددت يشدد مشددا أردف أردفت زاد زادت لفت لفتت لافتا لافتة نوه بين بينت مبينا كشف كشفت نقل نقلت نشر
        نشرت كتب أورد أوردت استطرد واصل
        استرسل المتحدث متحدث متحدثا تحدث تحدثت حديثه حديث المصدر مصدر مصادر المصادر ذاته نفسه ذاتها نفسها وكالة
        وكالات الوكالة أنباء الأنباء رويترز
        فرانس برس أسوشيتد مراسل مراسلنا مراسلون موقع الموقع بيان بلاغ صحيفة جريدة خبر أخبار الأخبار عاجل خاص اليوم
        أمس غدا الأحد الاثنين الإثنين
        الثلاثاء الأربعاء الخميس الجمعة السبت الماضي الماضية المقبل المقبلة القادم القادمة الجاري الجارية الحالي
        الحالية يوم أيام ساعة ساعات صباح مساء
        جهته جهتها جهة ناحيته جانبه جانبها سياق السياق خلال حول عقب إثر وفق وفقا حسب نظرا بخصوص يأتي تأتي جاء جاءت
        تم يتم تمت عدد عددا عدة قبل بعد أول
        أولى ثان النسبة نسبة أنه أنها إنه إنها لأنه لأنها لكنه لكنها أنهم إنهم كونه كونها عبر ضمن بشكل شكل كبير
        كبيرة جديد جديدة مليون ألف مليار
        المائة المئة بالمئة حوالي نحو قرابة العام عام أعوام سنة سنوات شهر أشهر أيضا المزيد اقرأ صورة صور فيديو شاهد
        المشاركة طباعة تحديث""",
    "en": """
        said says saying told tells tell asked added adding according reported reports reporting report reporter
        reporters correspondent spokesman
        spokeswoman spokesperson statement statements news newspaper agency agencies reuters afp associated press
        interview quoted announced
        announcement stated comment commented comments monday tuesday wednesday thursday friday saturday sunday
        yesterday today tomorrow week weeks
        month months year years day days earlier late later last next early ago percent per cent million billion mr
        mrs ms dr breaking update updated
        read photo photos image video source sources""",
    "fr": """
        dit dite dire disant déclaré déclare déclarée déclarait déclaration déclarations affirmé affirme affirmait
        ajouté ajoute ajoutant expliqué
        explique expliquant indiqué indique précisé précise précisant souligné souligne rapporté rapporte annoncé
        annonce annonçant estimé estime
        selon source sources agence afp reuters communiqué journal presse porte-parole interview interrogé lundi
        mardi mercredi jeudi vendredi samedi
        dimanche hier aujourd'hui demain semaine semaines mois an ans année années jour jours dernier dernière
        prochain prochaine million millions
        milliard milliards pour cent lire photo vidéo""",
    "es": """
        dijo dice decir dicho diciendo afirmó afirma aseguró asegura añadió añade agregó explicó explica señaló
        señala indicó indica declaró declara
        declaraciones declaración manifestó subrayó destacó informó informa anunció anuncia apuntó según fuente
        fuentes agencia efe reuters afp
        comunicado portavoz periódico prensa diario entrevista lunes martes miércoles jueves viernes sábado domingo
        ayer hoy mañana semana semanas mes
        meses año años día días pasado pasada próximo próxima millón millones ciento foto vídeo video leer""",
    "de": """
        sagte sagten sagt sagen gesagt erklärte erklärten erklärt betonte betont teilte mitteilte mitgeteilt
        berichtete berichten berichtet bericht
        meldete hieß heißt fügte hinzu laut zufolge angaben sprecher sprecherin agentur dpa apa afp reuters
        nachrichtenagentur zeitung interview
        montag dienstag mittwoch donnerstag freitag samstag sonntag gestern heute morgen woche wochen monat monate
        jahr jahre jahren tag tage tagen
        vergangenen nächsten kommenden million millionen mio milliarde milliarden mrd prozent red foto video""",
    "ru": """
        сказал сказала сказали говорит говорится заявил заявила заявили заявляет заявление заявлении сообщил
        сообщила сообщили сообщает сообщают
        сообщается сообщение отметил отметила отметили отмечает отмечается добавил добавила добавили пояснил
        пояснила рассказал рассказала рассказали
        подчеркнул подчеркнула уточнил уточнила объявил написал пишет передает передаёт словам данным источник
        источники агентство тасс интерфакс риа
        новости новость рейтер reuters пресс-служба пресс-секретарь корреспондент газета интервью понедельник
        вторник среду среда четверг пятницу
        пятница субботу суббота воскресенье вчера сегодня завтра неделя недели неделе месяц месяца месяцев год года
        году лет день дня дней процент
        процентов млн млрд миллион миллионов тысяч ранее также января февраля марта апреля мая июня июля августа
        сентября октября ноября декабря фото
        видео читайте""",
    "tr": """
        dedi diyen diyor söyledi söyleyen söyledikleri belirtti belirten belirterek açıkladı açıklayan açıklama
        açıklamada açıklaması ifade etti eden
        ederek kaydetti kaydeden konuştu konuşan bildirdi bildiren bildirildi aktardı vurguladı vurgulayan duyurdu
        göre haber haberi haberler ajansı
        ajans anadolu aa iha dha reuters sözcüsü gazete röportaj pazartesi salı çarşamba perşembe cuma cumartesi
        pazar dün bugün yarın hafta ay yıl
        yılı yılında gün günü geçen gelecek milyon milyar yüzde bin fotoğraf video""",
    "fa": """
        گفت گفته گفتند می‌گوید میگوید می‌گویند افزود اظهار داشت کرد کرده کردند بیان تصریح تاکید تأکید خاطرنشان اعلام
        اشاره توضیح ادامه خبر خبرگزاری
        خبرگزاریها خبرنگار گزارش به‌گزارش گزارشی رسانه رسانه‌ها ایسنا ایرنا فارس تسنیم مهر رویترز سخنگوی سخنگو
        مصاحبه گفت‌وگو گفتگو بیانیه روزنامه
        شنبه یکشنبه دوشنبه سه‌شنبه چهارشنبه پنجشنبه پنج‌شنبه جمعه دیروز امروز فردا روز روزهای هفته ماه سال سال‌های
        گذشته آینده جاری میلیون میلیارد
        هزار درصد عکس ویدئو""",
}
