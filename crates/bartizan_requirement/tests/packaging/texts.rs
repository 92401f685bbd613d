//! Texts by rule, some of them broken at a random place. The same texts every time.

/// Numbers that look random.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }

    fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.roll(texts.len())]
    }

    /// The text as it is, or, one time in eight, with one character lost, doubled or replaced.
    fn broken(&mut self, text: String) -> String {
        if self.roll(8) > 0 || text.is_empty() {
            return text;
        }
        let at = self.roll(text.len());
        let mut out: Vec<char> = text.chars().collect();
        let at = at.min(out.len() - 1);
        match self.roll(3) {
            0 => {
                out.remove(at);
            }
            1 => out.insert(at, out[at]),
            _ => {
                out[at] = self
                    .one_of(&[".", "-", "+", "!", "*", "a", "1", " ", "=", "v"])
                    .chars()
                    .next()
                    .unwrap()
            }
        }
        out.into_iter().collect()
    }

    fn number(&mut self) -> String {
        self.one_of(&["0", "1", "2", "3", "9", "10", "11", "00", "01", "2024", "20240101"])
            .to_owned()
    }

    fn release(&mut self) -> String {
        let parts = self.roll(4) + 1;
        let parts: Vec<String> = (0..parts).map(|_| self.number()).collect();
        parts.join(".")
    }

    fn version(&mut self) -> String {
        let mut text = String::new();
        text += self.one_of(&["", "", "", "", "", "v", "V", "1!", "0!", " "]);
        text += &self.release();
        if self.roll(3) == 0 {
            text += self.one_of(&["", ".", "-", "_"]);
            text += self.one_of(&["a", "b", "rc", "alpha", "Beta", "c", "pre", "preview", "RC"]);
            text += self.one_of(&["", ".", "-"]);
            text += self.one_of(&["", "0", "1", "2", "10"]);
        }
        if self.roll(5) == 0 {
            text += self.one_of(&[".post", "-", "-post", "_rev", ".r", "post"]);
            text += self.one_of(&["", "0", "1", "2"]);
        }
        if self.roll(6) == 0 {
            text += self.one_of(&[".dev", "dev", "-dev", "_DEV."]);
            text += self.one_of(&["", "0", "1", "3"]);
        }
        if self.roll(8) == 0 {
            text += self.one_of(&["+abc", "+1.2", "+ubuntu-1", "+a_b", "+1", "+"]);
        }
        text += self.one_of(&["", "", "", "", " "]);
        text
    }

    fn specifier(&mut self) -> String {
        let operator = self.one_of(&["==", "!=", ">=", "<=", ">", "<", "~=", "==", ">="]);
        let blank = self.one_of(&["", "", " "]);
        let version = self.version();
        let version = version.trim();
        let star = if matches!(operator, "==" | "!=") { self.one_of(&["", "", ".*"]) } else { "" };
        format!("{operator}{blank}{version}{star}")
    }

    fn specifier_set(&mut self) -> String {
        let count = self.one_of(&["0", "1", "1", "1", "2", "3"]).parse().unwrap();
        let parts: Vec<String> = (0..count).map(|_| self.specifier()).collect();
        parts.join(self.one_of(&[",", ", ", " , "]))
    }

    fn comparison(&mut self) -> String {
        let quote = self.one_of(&["'", "\""]);
        match self.roll(5) {
            0 | 1 => {
                let name = self.one_of(&["python_version", "python_full_version"]);
                let operator = self.one_of(&["==", "!=", ">=", "<=", ">", "<"]);
                let version = match name {
                    "python_version" => self.one_of(&["3.8", "3.11", "3.12", "3.13", "3", "2.7"]),
                    _ => self.one_of(&["3.12.4", "3.12.5", "3.11.9", "3.12", "3.13.0"]),
                };
                match self.roll(6) {
                    0 => format!("{quote}{version}{quote} {operator} {name}"),
                    _ => format!("{name} {operator} {quote}{version}{quote}"),
                }
            }
            2 => {
                let values = self.one_of(&["3.11, 3.12", "3.10 3.11", "3.12", "3.9,3.13"]);
                let operator = self.one_of(&["in", "not in"]);
                format!("python_version {operator} {quote}{values}{quote}")
            }
            3 => {
                let (name, value) = [
                    ("sys_platform", "linux"),
                    ("sys_platform", "win32"),
                    ("os_name", "posix"),
                    ("os_name", "nt"),
                    ("platform_system", "Linux"),
                    ("platform_machine", "x86_64"),
                    ("platform_python_implementation", "CPython"),
                    ("implementation_name", "pypy"),
                ][self.roll(8)];
                let operator = self.one_of(&["==", "!=", "==", "!=", "in", "not in"]);
                format!("{name} {operator} {quote}{value}{quote}")
            }
            _ => {
                let extra = self.one_of(&["pdf", "xls", "pdf"]);
                format!("extra {} {quote}{extra}{quote}", self.one_of(&["==", "!="]))
            }
        }
    }

    fn marker(&mut self, depth: usize) -> String {
        match self.roll(if depth > 3 { 2 } else { 5 }) {
            0 | 1 => self.comparison(),
            2 => format!("({})", self.marker(depth + 1)),
            3 => format!("{} and {}", self.marker(depth + 1), self.marker(depth + 1)),
            _ => format!("{} or {}", self.marker(depth + 1), self.marker(depth + 1)),
        }
    }

    fn name(&mut self) -> String {
        let words = ["Django", "rest", "framework", "2", "psycopg", "XML", "a", "allauth"];
        let count = self.roll(3) + 1;
        let mut name = String::new();
        for at in 0..count {
            if at > 0 {
                name += self.one_of(&["-", "_", ".", "--", "_.", ""]);
            }
            name += self.one_of(&words);
        }
        name
    }

    fn requirement(&mut self) -> String {
        let mut text = self.name();
        text += match self.roll(5) {
            0 => self.one_of(&["[pdf]", " [pdf, XLS]", "[]", "[a_b,c.d]"]),
            _ => "",
        };
        if self.roll(8) == 0 {
            text += self.one_of(&[" @ ", "@", " @"]);
            text += self.one_of(&[
                "https://files.example/a.zip",
                "https://files.example/b-1.0.whl#sha256=ab",
            ]);
            if self.roll(2) == 0 {
                text += " ; ";
                text += &self.comparison();
            }
            return text;
        }
        text += self.one_of(&["", " "]);
        let specifiers = self.specifier_set();
        text += &match self.roll(6) {
            0 if !specifiers.is_empty() => format!("({specifiers})"),
            _ => specifiers,
        };
        if self.roll(3) == 0 {
            text += self.one_of(&[";", " ; ", "; "]);
            text += &self.marker(2);
        }
        text
    }
}

pub fn versions(count: usize) -> Vec<String> {
    let mut dice = Dice(0x1234_5678_9abc_def1);
    (0..count)
        .map(|_| {
            let version = dice.version();
            dice.broken(version)
        })
        .collect()
}

pub fn specifiers(count: usize) -> Vec<(String, String)> {
    let mut dice = Dice(0x2345_6789_abcd_ef12);
    (0..count)
        .map(|_| {
            let set = dice.specifier_set();
            let set = dice.broken(set);
            // A version near one of the bounds says more than any other.
            let near =
                set.trim_start_matches(|c: char| !c.is_ascii_digit()).split([',', ' ', '*']).next();
            let near = near.unwrap_or("1").trim_end_matches('.').to_owned();
            let version = match dice.roll(4) {
                0 => dice.version(),
                1 => format!("{near}.post1"),
                2 => format!("{near}{}", dice.one_of(&[".0", ".1", "rc1", ".dev1", "+local"])),
                _ => near,
            };
            (set, version)
        })
        .collect()
}

pub fn markers(count: usize) -> Vec<String> {
    let mut dice = Dice(0x3456_789a_bcde_f123);
    (0..count).map(|_| dice.marker(0)).collect()
}

pub fn names(count: usize) -> Vec<String> {
    let mut dice = Dice(0x4567_89ab_cdef_1234);
    (0..count).map(|_| dice.name()).collect()
}

pub fn requirements(count: usize) -> Vec<String> {
    let mut dice = Dice(0x5678_9abc_def1_2345);
    (0..count)
        .map(|_| {
            let requirement = dice.requirement();
            dice.broken(requirement)
        })
        .collect()
}
