//! Names of many places. First and family names are shuffled, so that no one real is meant.

/// The names of one place, in the order in which they are written there.
pub(super) struct Culture {
    /// A country where they are common (ISO 3166-1).
    pub(super) country: &'static str,
    pub(super) first: &'static [&'static str],
    pub(super) second: &'static [&'static str],
}

pub(super) const CULTURES: &[Culture] = &[
    Culture {
        country: "US",
        first: &["Maya", "Caleb", "Imani", "Jordan", "Rosalie", "Terrence", "Willa", "Dexter"],
        second: &["Whitfield", "Okafor-Hayes", "Delgado", "Brightwater", "Kowalczyk", "Sandoval", "Pruitt"],
    },
    Culture {
        country: "DE",
        first: &["Jürgen", "Anneliese", "Lukas", "Käthe", "Friedemann", "Svenja", "Matthias"],
        second: &["Großmann", "Vögele", "Petersen", "Lindenau", "Schäfer", "Bülow", "Wrede"],
    },
    Culture {
        country: "FR",
        first: &["Éloïse", "Baptiste", "Maëlle", "Théodore", "Inès", "Gaëtan", "Solène"],
        second: &["Lefèvre", "d'Arcy", "Moreau", "Benaïssa", "Cœurdacier", "Vasseur", "Tessier"],
    },
    Culture {
        country: "ES",
        first: &["Íñigo", "Lucía", "Begoña", "Xavier", "Nuria", "Álvaro", "Candela"],
        second: &["Ibáñez Roca", "Muñoz Peral", "Etxeberria", "Casals i Puig", "Quintana Vega", "Otero Lago"],
    },
    Culture {
        country: "NO",
        first: &["Åse", "Bjørn", "Ingrid", "Torbjørn", "Solveig", "Håkon", "Ragnhild"],
        second: &["Østby", "Haugen", "Nygård", "Sæther", "Lofthus", "Bakkemo"],
    },
    Culture {
        country: "PL",
        first: &["Zofia", "Michał", "Grażyna", "Łukasz", "Bożena", "Wojciech", "Jagoda"],
        second: &["Wiśniewska", "Źródłowska", "Dąbrowski", "Śliwa", "Kępa", "Jóźwiak"],
    },
    Culture {
        country: "GR",
        first: &["Ελένη", "Νίκος", "Δήμητρα", "Σταύρος", "Καλλιόπη"],
        second: &["Παπαδάκη", "Γεωργίου", "Λαμπράκης", "Βασιλείου", "Μαυρίδης"],
    },
    Culture {
        country: "UA",
        first: &["Олена", "Тарас", "Соломія", "Богдан", "Ярина", "Остап"],
        second: &["Шевчук", "Коваленко", "Гнатюк", "Мельник", "Савчин"],
    },
    Culture {
        country: "TR",
        first: &["Ayşegül", "Çağlar", "Defne", "İsmail", "Gülşah", "Okan"],
        second: &["Yıldırım", "Öztürk", "Çetinkaya", "Güneş", "Işık"],
    },
    Culture {
        country: "EG",
        first: &["ليلى", "يوسف", "نور", "كريم", "سلمى", "طارق"],
        second: &["عبد الرحمن", "حداد", "المصري", "النجار", "منصور"],
    },
    Culture {
        country: "IL",
        first: &["נועה", "איתן", "שירה", "אורי", "תמר"],
        second: &["לביא", "שפירא", "אלמוג", "בן דוד", "גולן"],
    },
    Culture {
        country: "IN",
        first: &["Ananya", "Vikram", "Meenakshi", "Arjun", "Kaveri", "Devendra", "अदिति", "रोहन"],
        second: &["Iyer", "Chatterjee", "Raghunathan", "Kulkarni", "Sandhu", "शर्मा", "Venkataraman"],
    },
    Culture {
        country: "CN",
        first: &["王", "李", "欧阳", "陈", "赵", "黄"],
        second: &["秀英", "伟", "子涵", "雪", "建国", "思远"],
    },
    Culture {
        country: "JP",
        first: &["佐藤", "渡辺", "小林", "伊藤", "長谷川", "山口"],
        second: &["さくら", "健太", "美咲", "悠真", "千尋", "ひかり"],
    },
    Culture {
        country: "KR",
        first: &["김", "박", "최", "정", "남궁"],
        second: &["서연", "민준", "지우", "하늘", "도윤"],
    },
    Culture {
        country: "VN",
        first: &["Nguyễn", "Trần", "Phạm", "Đặng", "Vũ"],
        second: &["Thị Hồng", "Minh Đức", "Ngọc Ánh", "Quốc Bảo", "Thuỳ Linh"],
    },
    Culture {
        country: "NG",
        first: &["Chidinma", "Olúwaṣeun", "Adaeze", "Babatúndé", "Ngozi", "Yetunde"],
        second: &["Okonkwo", "Adébáyọ̀", "Eze", "Balogun", "Nwosu"],
    },
    Culture {
        country: "KE",
        first: &["Wanjiru", "Kiprop", "Achieng", "Mwangi", "Naliaka"],
        second: &["Kamau", "Cheruiyot", "Odhiambo", "Wekesa", "Njoroge"],
    },
    Culture {
        country: "ET",
        first: &["Selam", "Dawit", "Hirut", "Yonas", "Meseret"],
        second: &["Tesfaye", "Bekele", "Girma", "Alemu", "Haile"],
    },
    Culture {
        country: "BR",
        first: &["João", "Conceição", "Thaís", "Raimundo", "Luíza", "Caetano"],
        second: &["Gonçalves", "da Silva Prado", "Araújo", "dos Anjos", "Simões"],
    },
    Culture {
        country: "MX",
        first: &["Xóchitl", "Emiliano", "Guadalupe", "Cuauhtémoc", "Itzel", "Joaquín"],
        second: &["Hernández Ruiz", "Tlapanco", "Peña Luna", "Zúñiga Mora", "Ávila Cruz"],
    },
    Culture {
        country: "NZ",
        first: &["Aroha", "Tāne", "Mere", "Wiremu", "Hinemoa"],
        second: &["Ngata", "Tūhoe", "Parata", "McAllister", "Rāwiri"],
    },
];
