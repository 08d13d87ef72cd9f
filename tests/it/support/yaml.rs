//! As much of YAML as the description of the live socket is written in by hand: maps and lists in blocks
//! and in brackets, quoted and plain words, and texts of several lines, which are passed over.

use serde_json::{Map, Value};

/// A text of YAML as the value it stands for.
///
/// # Panics
/// If it is none of what is known here.
pub(crate) fn parsed(text: &str) -> Value {
    let lines = text
        .lines()
        .map(|line| (line.len() - line.trim_start().len(), line.trim()));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let mut block = Block {
        lines: lines.collect(),
        at: 0,
    };
    let value = block.value();
    assert_eq!(block.at, block.lines.len(), "it ends before its end");
    value
}

/// Lines with how far each is set in, and the next one.
struct Block<'t> {
    lines: Vec<(usize, &'t str)>,
    at: usize,
}

impl<'t> Block<'t> {
    fn next(&self) -> Option<(usize, &'t str)> {
        self.lines.get(self.at).copied()
    }

    /// The map or the list that begins with the next line.
    fn value(&mut self) -> Value {
        let (depth, line) = self.next().expect("there is a next line");
        if line.starts_with("- ") {
            self.list(depth)
        } else {
            self.map(depth)
        }
    }

    fn list(&mut self, depth: usize) -> Value {
        let mut items = Vec::new();
        while let Some((here, line)) = self.next()
            && here == depth
            && let Some(item) = line.strip_prefix("- ")
        {
            if item.starts_with('{') {
                self.at += 1;
                items.push(whole(item));
            } else {
                self.lines[self.at] = (depth + 2, item);
                items.push(self.map(depth + 2));
            }
        }
        Value::Array(items)
    }

    fn map(&mut self, depth: usize) -> Value {
        let mut fields = Map::new();
        while let Some((here, line)) = self.next()
            && here == depth
            && !line.starts_with("- ")
        {
            let (name, rest) = line.split_once(':').expect("a name and a colon");
            self.at += 1;
            let value = match rest.trim() {
                "" => self.value(),
                "|" => self.pass_over(depth),
                rest => whole(rest),
            };
            fields.insert(name.to_owned(), value);
        }
        Value::Object(fields)
    }

    /// A text of several lines.
    fn pass_over(&mut self, depth: usize) -> Value {
        while self.next().is_some_and(|(here, _)| here > depth) {
            self.at += 1;
        }
        Value::String(String::new())
    }
}

/// What stands on the rest of a line.
fn whole(text: &str) -> Value {
    if !text.starts_with(['{', '[', '\'', '"']) {
        return plain(text);
    }
    let mut inline = Inline(text);
    let value = inline.value();
    assert_eq!(inline.0.trim(), "", "{text}");
    value
}

/// A word without quotes.
fn plain(word: &str) -> Value {
    match word {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        word => word
            .parse::<i64>()
            .map_or_else(|_word| Value::String(word.to_owned()), Value::from),
    }
}

/// What is left of a value in brackets.
struct Inline<'t>(&'t str);

impl<'t> Inline<'t> {
    fn value(&mut self) -> Value {
        self.0 = self.0.trim_start();
        match self.0.chars().next() {
            Some('{') => self.fields(),
            Some('[') => self.items(),
            Some('\'' | '"') => Value::String(self.quoted()),
            _ => plain(self.until(&[',', '}', ']'])),
        }
    }

    fn fields(&mut self) -> Value {
        let mut fields = Map::new();
        self.0 = &self.0[1..];
        while !self.takes('}') {
            self.0 = self.0.trim_start();
            let name = if self.0.starts_with(['\'', '"']) {
                self.quoted()
            } else {
                self.until(&[':']).to_owned()
            };
            assert!(self.takes(':'), "no colon before {}", self.0);
            fields.insert(name, self.value());
            self.takes(',');
        }
        Value::Object(fields)
    }

    fn items(&mut self) -> Value {
        let mut items = Vec::new();
        self.0 = &self.0[1..];
        while !self.takes(']') {
            items.push(self.value());
            self.takes(',');
        }
        Value::Array(items)
    }

    /// Whether this comes next; then it is passed.
    fn takes(&mut self, sign: char) -> bool {
        let rest = self.0.trim_start().strip_prefix(sign);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn until(&mut self, ends: &[char]) -> &'t str {
        let end = self.0.find(ends).expect("it ends");
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        word.trim()
    }

    /// A text in quotes: in double ones as JSON has it; none in single ones has those in it.
    fn quoted(&mut self) -> String {
        if self.0.starts_with('"') {
            let mut texts = serde_json::Deserializer::from_str(self.0).into_iter();
            let text = texts.next().expect("a text").expect("it ends");
            self.0 = &self.0[texts.byte_offset()..];
            return text;
        }
        let (text, rest) = self.0[1..].split_once('\'').expect("it ends");
        self.0 = rest;
        text.to_owned()
    }
}

#[test]
fn what_is_read_is_what_is_written() {
    let read = parsed(
        "one:\n  # said beside\n  list: [a, 'b, c', 3]\n  long: |\n    Some: text.\n    More of it.\n\
         \n  examples:\n    - payload: {\"a\":[{\"b\":null}],\"c d\":\"e: \\\"f\\\"\"}\n    - payload: {}\n\
         two:\n  all:\n    - type: object\n      must: [x]\n    - $ref: '#/there'\n\
         \x20 said: { type: string, to: Anybody at all. }\nthree: Some words, and more.\n",
    );

    let written = serde_json::json!({
        "one": {
            "list": ["a", "b, c", 3], "long": "",
            "examples": [{ "payload": { "a": [{ "b": null }], "c d": "e: \"f\"" } }, { "payload": {} }],
        },
        "two": {
            "all": [{ "type": "object", "must": ["x"] }, { "$ref": "#/there" }],
            "said": { "type": "string", "to": "Anybody at all." },
        },
        "three": "Some words, and more.",
    });
    assert_eq!(read, written);
}
